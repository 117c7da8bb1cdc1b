# Reference values for the tests of core/: every value stands beside the R call that makes it.
# Run here: Rscript reference.R    It reads data/*.csv and writes reference.json.
suppressMessages({library(survival); library(cmprsk); library(coin); library(jsonlite)})

cohort <- function(name) read.csv(file.path("data", paste0(name, ".csv")))

# Not estimable (NA, NaN, Inf) becomes null; I() keeps a vector of one an array.
values <- function(x) { x <- as.numeric(x); x[!is.finite(x)] <- NA; I(x) }
value <- function(x) { x <- as.numeric(x); stopifnot(length(x) == 1); if (is.finite(x)) x else NA }

INTERVALS <- c("log-log", "log", "plain")

# ---- Kaplan-Meier, medians, restricted mean, follow-up --------------------------------------------

printed_median <- function(fit) {
  values(summary(fit)$table[grep("^(median|0\\.[0-9]+[LU]CL)$", names(summary(fit)$table))])
}

# Asked for 0.5 alone, R answers NA to a final plateau that rounding puts at 0.5 + 1e-16 (flat24_tail).
quantile_median <- function(fit) quantile(fit, c(0.25, 0.5, 0.75))$quantile[2]

curve <- function(name, times, horizons, column = "", level = "", conf = 0.95) {
  d <- cohort(name)
  if (column != "") d <- d[as.character(d[[column]]) == level, ]
  times <- times[times >= min(d$time) & times <= max(d$time)]
  record <- list(
    cohort = name, column = column, level = level, confidence = conf,
    patients = nrow(d), events = sum(d$event), months = values(times)
  )
  for (type in INTERVALS) {
    fit <- survfit(Surv(time, event) ~ 1, data = d, conf.type = type, conf.int = conf)
    at <- summary(fit, times = times)
    reverse <- survfit(Surv(time, 1 - event) ~ 1, data = d, conf.type = type, conf.int = conf)
    record$at_risk <- values(at$n.risk)
    record$survival <- values(at$surv)
    record$std_error <- values(at$std.err)
    record$lower[[type]] <- values(at$lower)
    record$upper[[type]] <- values(at$upper)
    record$median_print[[type]] <- printed_median(fit)              # estimate, lower, upper
    record$median_quantile <- value(quantile_median(fit))
    record$follow_up[[type]] <- printed_median(reverse)
  }
  record$follow_up_plain <- value(median(d$time))
  record$restricted_mean <- lapply(horizons, function(h) {
    total <- summary(fit, rmean = h)$table
    list(horizon = h, value = value(total["rmean"]), error = value(total["se(rmean)"]))
  })
  record
}

days <- list(lung = c(5, 90, 180, 365, 540, 730), veteran = c(1, 30, 90, 180, 365))
curves <- list(
  curve("aml", sort(unique(cohort("aml")$time)), c(36, 161)),
  curve("aml", sort(unique(cohort("aml")$time)), c(36, 161), conf = 0.9),
  curve("aml", c(5, 9, 13, 23, 28, 34, 48, 161), c(36, 161), "group", "Maintained"),
  curve("aml", c(5, 8, 23, 33, 43, 45), c(36, 45), "group", "Nonmaintained"),
  curve("lung", days$lung, c(730, 1022)),
  curve("lung", days$lung, 730, "sex", "1"),
  curve("lung", days$lung, 730, "sex", "2"),
  curve("veteran", days$veteran, c(365, 999)),
  curve("veteran", days$veteran, 365, "trt", "1"),
  curve("veteran", days$veteran, 365, "trt", "2"),
  curve("veteran", days$veteran, 365, "celltype", "squamous"),
  curve("flat8", cohort("flat8")$time, c(36, 63)),
  curve("flat_mid", cohort("flat_mid")$time, c(7, 10)),
  curve("uncens4", cohort("uncens4")$time, c(3, 4)),
  curve("uncens5", cohort("uncens5")$time, c(4, 5)),
  curve("noevent5", cohort("noevent5")$time, c(9, 10)),
  curve("one_event", 3, 3),
  curve("tie_ev_cens", unique(cohort("tie_ev_cens")$time), c(9, 11)),
  curve("cohort11", sort(cohort("cohort11")$time), c(36, 63)),
  curve("zero_ev_group", sort(cohort("zero_ev_group")$time), c(14, 24)),
  curve("zero_ev_group", c(6, 10, 15), c(14, 15), "group", "B"),
  curve("flat24_tail", c(1, 6, 11, 12, 13, 24), c(20, 24)),
  curve("flat38_mid", c(1, 10, 18, 19, 25, 30, 43), c(30, 43))
)

# ---- Log-rank ------------------------------------------------------------------------------------

log_rank <- function(name, column) {
  d <- cohort(name)
  d <- d[!is.na(d[[column]]), ]
  d$by <- d[[column]]
  test <- survdiff(Surv(time, event) ~ by, data = d)
  degrees <- sum(test$exp > 0) - 1
  list(
    cohort = name, column = column, levels = I(sub("^by=", "", names(test$n))),
    observed = values(test$obs), expected = values(test$exp), statistic = value(test$chisq),
    degrees = degrees, p = value(pchisq(test$chisq, degrees, lower.tail = FALSE))
  )
}

log_ranks <- list(
  log_rank("aml", "group"), log_rank("lung", "sex"), log_rank("lung", "ph_ecog"),
  log_rank("veteran", "trt"), log_rank("veteran", "celltype"),
  log_rank("cohort11", "responder"), log_rank("zero_ev_group", "group")
)

# ---- Permutation ---------------------------------------------------------------------------------
# `reference` says what the p-value is of: every grouping counted, or coin's own exact or simulated one.

all_groupings <- function(sizes, members = seq_len(sum(sizes))) {
  if (length(sizes) == 1) return(list(rep(1, length(members))))
  unlist(lapply(combn(length(members), sizes[1], simplify = FALSE), function(own) {
    lapply(all_groupings(sizes[-1], members[-own]), function(rest) {
      label <- rep(1, length(members)); label[-own] <- rest + 1; label
    })
  }), recursive = FALSE)
}

chi_squared <- function(d, g) survdiff(Surv(d$time, d$event) ~ g)$chisq

by_chi_squared <- function(d) {           # the chi-squared of survdiff over every grouping
  labels <- all_groupings(as.vector(table(d$group)))
  observed <- chi_squared(d, d$group)
  p <- mean(sapply(labels, function(g) chi_squared(d, g)) >= observed * (1 - 1e-9))
  list(p = p, chi_squared = observed, groupings = length(labels))
}

by_shuffling <- function(d, times = 20000) {   # the same over random groupings
  observed <- chi_squared(d, d$group)
  mean(replicate(times, chi_squared(d, sample(d$group))) >= observed * (1 - 1e-9))
}

trend <- function(d) {                    # Tarone's test for trend over groups in order, from survdiff's own O, E and V
  test <- survdiff(Surv(d$time, d$event) ~ d$group)
  score <- seq_along(test$obs)
  chi <- sum(score * (test$obs - test$exp))^2 / as.numeric(t(score) %*% test$var %*% score)
  list(chi_squared = chi, p = pchisq(chi, 1, lower.tail = FALSE))
}

small <- list(
  cohort11 = with(cohort("cohort11"), data.frame(time, event, group = responder)),
  zero_ev_group = with(cohort("zero_ev_group"), data.frame(time, event, group)),
  tied_five_and_five = with(cohort("tie_ev_cens"), data.frame(time, event, group = rep(c("A", "B"), 5))),
  tied_three_and_seven = with(cohort("tie_ev_cens"),
    data.frame(time, event, group = rep(c("A", "B"), c(3, 7)))),
  three_groups_tied = with(cohort("tie_ev_cens")[1:8, ],
    data.frame(time, event, group = c("A", "A", "B", "A", "C", "B", "B", "C"))),
  three_groups_apart = with(cohort("cohort11")[c(1:5, 9:11), ],
    data.frame(time, event, group = c("A", "A", "B", "B", "B", "C", "C", "C"))),
  two_first_of_eleven = with(cohort("cohort11"), data.frame(time, event, group = ifelse(rank(time) <= 2, "A", "B"))),
  one_of_ten = with(cohort("tie_ev_cens"), data.frame(time, event, group = rep(c("A", "B"), c(1, 9)))),
  four_groups = with(cohort("tie_ev_cens"), data.frame(time, event, group = rep(c("A", "B", "C", "D"), c(1, 2, 2, 5))))
)
exact <- lapply(small, function(d) c(
  list(time = values(d$time), event = values(d$event), group = I(as.character(d$group))),
  by_chi_squared(d)
))

set.seed(1)
simulated <- list(
  aml_group = by_shuffling(cohort("aml")),
  veteran_trt_1_celltype = by_shuffling(with(subset(cohort("veteran"), trt == 1), data.frame(time, event, group = celltype)))
)
trends <- list(
  list(cohort = "lung", column = "ph_ecog", trend = trend(with(cohort("lung"), data.frame(time, event, group = ph_ecog)))),
  list(cohort = "veteran", column = "celltype",
    trend = trend(with(cohort("veteran"), data.frame(time, event, group = factor(celltype))))),
  list(cohort = "aml", column = "group", trend = trend(cohort("aml")))
)

# ---- Cox -----------------------------------------------------------------------------------------

cox <- function(name, column, reference, conf = 0.95) {
  d <- cohort(name)
  d <- d[!is.na(d[[column]]), ]
  d$by <- relevel(factor(d[[column]]), ref = reference)
  fit <- coxph(Surv(time, event) ~ by, data = d, ties = "efron",
    control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  limits <- summary(fit, conf.int = conf)$conf.int
  list(
    cohort = name, column = column, levels = I(levels(d$by)), confidence = conf,
    coefficients = values(coef(fit)), std_errors = values(sqrt(diag(vcov(fit)))),
    ratios = values(exp(coef(fit))), lower = values(limits[, 3]), upper = values(limits[, 4]),
    p = values(summary(fit)$coefficients[, "Pr(>|z|)"]),
    log_likelihood = fit$loglik[2], null_log_likelihood = fit$loglik[1]
  )
}

coxes <- list(
  cox("aml", "group", "Maintained"), cox("aml", "group", "Nonmaintained", conf = 0.9),
  cox("lung", "sex", "1"), cox("lung", "ph_ecog", "0"), cox("lung", "ph_ecog", "2"),
  cox("veteran", "trt", "1"), cox("veteran", "celltype", "squamous"), cox("veteran", "celltype", "adeno"),
  cox("far", "group", "A")
)

# ---- Firth ---------------------------------------------------------------------------------------
# The penalised likelihood at b is coxph's own at b plus half the log determinant of its information
# (the inverse of coxph's variance at b). It is maximised by Newton's method on central differences of
# that one function; a profile limit is where its maximum over the other coefficients has dropped by
# qchisq(conf, 1) / 2.

penalised <- function(d) function(b) {
  fit <- suppressWarnings(coxph(Surv(time, event) ~ by, data = d, ties = "efron", init = b,
    control = coxph.control(iter.max = 0)))
  fit$loglik[1] - as.numeric(determinant(fit$var)$modulus) / 2
}

slope <- function(f, b, h = 1e-2) sapply(seq_along(b), function(j) {      # error of order h^6
  at <- function(k) { b[j] <- b[j] + k * h; f(b) }
  (45 * (at(1) - at(-1)) - 9 * (at(2) - at(-2)) + (at(3) - at(-3))) / (60 * h)
})

maximum <- function(f, b) {
  for (step in 1:60) {
    g <- slope(f, b)
    curvature <- sapply(seq_along(b), function(j) {
      away <- b; away[j] <- b[j] + 1e-3; towards <- b; towards[j] <- b[j] - 1e-3
      (slope(f, away) - slope(f, towards)) / 2e-3
    })
    move <- as.vector(-solve(curvature, g))
    move <- move / max(1, abs(move))                                      # at most 1 a step
    while (f(b + move) < f(b) - 1e-10) move <- move / 2
    b <- b + move
    if (max(abs(move)) < 1e-9) return(b)
  }
  stop("no maximum found")
}

firth <- function(name, column, levels, last = Inf, conf = 0.95) {       # the first level is the reference
  d <- cohort(name)
  d <- d[d[[column]] %in% levels, ]
  d <- data.frame(time = pmin(d$time, last), event = ifelse(d$time <= last, d$event, 0),
    by = factor(d[[column]], levels))
  f <- penalised(d)
  best <- maximum(f, rep(0, length(levels) - 1))
  profile <- function(j, x) {
    if (length(best) == 1) return(f(x))
    held <- function(rest) f(append(rest, x, j - 1))
    held(maximum(held, best[-j]))
  }
  limit <- function(j, side) {
    short_of <- function(x) profile(j, x) - (f(best) - qchisq(conf, 1) / 2)
    far <- best[j] + side
    while (short_of(far) > 0) far <- far + side
    uniroot(short_of, sort(c(far - side, far)), tol = 1e-11)$root
  }
  each <- seq_along(best)
  list(
    cohort = name, column = column, levels = I(as.character(levels)), last = value(last), confidence = conf,
    events = values(table(d$by[d$event == 1])), coefficients = values(best), ratios = values(exp(best)),
    lower = values(exp(sapply(each, limit, side = -1))), upper = values(exp(sapply(each, limit, side = 1))),
    p = values(sapply(each, function(j) pchisq(2 * (f(best) - profile(j, 0)), 1, lower.tail = FALSE)))
  )
}

celltypes <- c("squamous", "smallcell", "adeno", "large")
firths <- list(
  firth("zero_ev_group", "group", c("A", "B")),
  firth("zero_ev_group", "group", c("B", "A")),
  firth("cohort11", "responder", 0:1),
  firth("cohort11", "responder", 1:0, conf = 0.9),
  firth("aml", "group", c("Maintained", "Nonmaintained")),
  firth("lung", "ph_ecog", 0:2),
  firth("lung", "ph_ecog", 0:2, last = 13),
  firth("lung", "ph_ecog", 2:0, last = 13),
  firth("veteran", "celltype", celltypes),
  firth("veteran", "celltype", celltypes[c(2, 1, 3, 4)], last = 8),
  firth("separated", "group", c("A", "C")),
  firth("separated", "group", c("A", "B", "C")),
  firth("left_early", "group", c("A", "B")),
  firth("two_events", "group", c("A", "B", "C", "D"))
)

# ---- Hazard ratio per unit -----------------------------------------------------------------------
# Of a number as it is, over `per` of its units; with fewer than ten events (`last`) by Firth's penalty as above.

per_unit <- function(name, column, per = 1, last = Inf, conf = 0.95) {
  d <- cohort(name)
  d <- d[!is.na(d[[column]]), ]
  d <- data.frame(time = pmin(d$time, last), event = ifelse(d$time <= last, d$event, 0), by = d[[column]] / per)
  d$by <- d$by - mean(d$by)
  if (sum(d$event) >= 10) {
    fit <- coxph(Surv(time, event) ~ by, data = d, ties = "efron",
      control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
    limits <- summary(fit, conf.int = conf)$conf.int
    p <- summary(fit)$coefficients[, "Pr(>|z|)"]
  } else {
    f <- penalised(d)
    best <- maximum(f, 0)
    short_of <- function(x) f(x) - (f(best) - qchisq(conf, 1) / 2)
    limit <- function(side) {
      far <- best + side
      while (short_of(far) > 0) far <- far + side
      uniroot(short_of, sort(c(far - side, far)), tol = 1e-11)$root
    }
    limits <- exp(c(best, NA, limit(-1), limit(1)))
    p <- pchisq(2 * (f(best) - f(0)), 1, lower.tail = FALSE)
  }
  list(cohort = name, column = column, per = per, last = value(last), events = sum(d$event), ratio = value(limits[1]),
    lower = value(limits[3]), upper = value(limits[4]), p = value(p))
}

per_units <- list(
  per_unit("lung", "age", 10), per_unit("veteran", "karno", 10), per_unit("veteran", "age"),
  per_unit("lung", "age", 10, last = 13), per_unit("veteran", "karno", 10, last = 2)
)

# ---- Times that are equal are tied ---------------------------------------------------------------
# survfit's timefix over whole days as months by two formulas, and over differences of decimals.

days <- 1:4000
two_formulas <- survfit(Surv(c(days / 30.4375, days / 365.25 * 12), rep(c(1, 0), each = length(days))) ~ 1)
starts <- rep((0:60) / 10, times = 30)
lasting <- rep((1:30) / 10, each = 61)
apart <- (starts + lasting) - starts
decimals <- survfit(Surv(apart, rep(c(1, 0, 0), length.out = length(apart))) ~ 1)
near <- c(1, 1 + 1e-9, 1 + 1e-7, 5, 5 + 6e-8, 5 + 1.2e-7, 30, 30 + 2e-7, 30 + 1e-6)
ties <- list(
  two_formulas = list(times = length(two_formulas$time), at_risk = I(two_formulas$n.risk[1:5])),
  decimals = list(times = length(decimals$time), at_risk = I(decimals$n.risk), events = I(decimals$n.event)),
  near = list(months = values(near), tied = values(aeqSurv(Surv(near, rep(1, length(near))))[, 1]))
)

# ---- Cumulative incidence ------------------------------------------------------------------------

incidence <- function(name, times, sex = "") {
  d <- cohort(name)
  if (sex != "") d <- d[d$sex == sex, ]
  times <- times[times >= min(d$time) & times <= max(d$time)]
  fit <- survfit(Surv(time, factor(status, 0:2)) ~ 1, data = d, conf.type = "log-log")
  at <- summary(fit, times = times)
  gray <- timepoints(cuminc(d$time, d$status, cencode = 0), times)$est
  list(
    cohort = name, sex = sex, months = values(times), at_risk = values(at$n.risk[, 1]),
    free = values(at$pstate[, 1]), first = values(at$pstate[, 2]), second = values(at$pstate[, 3]),
    first_error = values(at$std.err[, 2]), second_error = values(at$std.err[, 3]),
    first_lower = values(at$lower[, 2]), first_upper = values(at$upper[, 2]),
    second_lower = values(at$lower[, 3]), second_upper = values(at$upper[, 3]),
    first_cmprsk = values(gray[1, ]), second_cmprsk = values(gray[2, ]),
    follow_up = printed_median(survfit(Surv(time, status == 0) ~ 1, data = d, conf.type = "log-log"))
  )
}

incidences <- list(
  incidence("mgus2", c(1, 12, 60, 120, 240, 360)), incidence("mgus2", c(12, 60, 120, 240), "F"),
  incidence("mgus2", c(12, 60, 120, 240), "M"), incidence("cr_tiny", 1:10),
  incidence("cr_tiny", c(1, 2, 4, 6, 9), "a"), incidence("cr_tiny", c(2, 4, 6, 9), "b")
)

# ---- Proportions ---------------------------------------------------------------------------------

share <- function(count, total, conf = 0.95) list(
  count = count, total = total, confidence = conf,
  clopper_pearson = values(binom.test(count, total, conf.level = conf)$conf.int),
  wilson = values(suppressWarnings(prop.test(count, total, conf.level = conf, correct = FALSE)$conf.int))
)

shares <- c(
  lapply(0:11, share, total = 11),
  list(share(0, 1), share(1, 1), share(0, 3), share(3, 3), share(8, 8), share(123, 1000), share(1000, 1000)),
  lapply(c(0, 4, 11), share, total = 11, conf = 0.9)
)

# ---- Two proportions -----------------------------------------------------------------------------

fisher_p <- function(a, n, b, m) fisher.test(matrix(c(a, n - a, b, m - b), 2), conf.int = FALSE)$p.value

fisher_grid <- function(n, m) list(                  # a row for each count of the first, 0 to n
  first = n, second = m,
  p = sapply(0:m, function(b) sapply(0:n, function(a) fisher_p(a, n, b, m)))
)

fisher_large <- function(a, n, b, m) list(counts = values(c(a, n, b, m)), p = fisher_p(a, n, b, m))

fishers <- list(
  grids = list(
    fisher_grid(1, 1), fisher_grid(1, 4), fisher_grid(4, 4), fisher_grid(3, 7), fisher_grid(11, 5), fisher_grid(9, 10)
  ),
  large = list(
    fisher_large(56, 70, 48, 80), fisher_large(130, 200, 90, 180), fisher_large(7, 97, 12, 41),
    fisher_large(0, 500, 4, 300), fisher_large(800, 1000, 790, 1000), fisher_large(0, 1e4, 25, 1e4),
    fisher_large(5, 1e6, 1, 10), fisher_large(3, 1e6, 0, 1e6), fisher_large(5e5, 1e6, 501500, 1e6)
  )
)

# Newcombe 1998, method 10: the square-and-add of the two score intervals.
newcombe <- function(a, n, b, m, conf = 0.95) {
  score <- function(x, n) suppressWarnings(prop.test(x, n, conf.level = conf, correct = FALSE)$conf.int)
  p <- a / n; q <- b / m; one <- score(a, n); two <- score(b, m)
  list(
    counts = values(c(a, n, b, m)), confidence = conf, value = p - q,
    lower = p - q - sqrt((p - one[1])^2 + (two[2] - q)^2),
    upper = p - q + sqrt((one[2] - p)^2 + (q - two[1])^2)
  )
}

differences <- list(
  newcombe(56, 70, 48, 80), newcombe(9, 10, 3, 10), newcombe(6, 7, 2, 7), newcombe(5, 56, 0, 29),
  newcombe(0, 10, 0, 20), newcombe(0, 10, 0, 10), newcombe(10, 10, 0, 20), newcombe(10, 10, 0, 10),
  newcombe(1, 2, 1, 3), newcombe(0, 1, 1, 1), newcombe(3, 11, 8, 9), newcombe(123, 1000, 0, 7),
  newcombe(56, 70, 48, 80, conf = 0.9), newcombe(3, 11, 8, 9, conf = 0.99)
)

# ---- Interaction ---------------------------------------------------------------------------------
# A row of `tables` is a subgroup: how many of the first group had the outcome, of how many, and of the second.

# Zelen 1971, every allocation listed: how many of the first group have it, with the margins of each subgroup
# and the total of the first group as they are. NA where the list would be too long.
zelen <- function(t) {
  drawn <- t[, 1] + t[, 3]
  spans <- lapply(seq_len(nrow(t)), function(i) max(0, drawn[i] - t[i, 4]):min(t[i, 2], drawn[i]))
  if (prod(lengths(spans)) > 1e6) return(NA)
  chance <- function(x) prod(dhyper(x, t[, 2], t[, 4], drawn))
  all <- as.matrix(expand.grid(spans))
  chances <- apply(all[rowSums(all) == sum(t[, 1]), , drop = FALSE], 1, chance)
  sum(chances[chances <= chance(t[, 1]) * (1 + 1e-7)]) / sum(chances)
}

logistic <- function(t) {
  d <- data.frame(
    yes = c(t[, 1], t[, 3]), all = c(t[, 2], t[, 4]), subgroup = factor(rep(seq_len(nrow(t)), 2)),
    group = rep(0:1, each = nrow(t))
  )
  fit <- function(f) suppressWarnings(glm(f, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 200)))
  common <- fit(cbind(yes, all - yes) ~ subgroup + group)
  apart <- fit(cbind(yes, all - yes) ~ subgroup * group)
  anova(common, apart, test = "Chisq")[2, "Pr(>Chi)"]
}

odds_ratios <- function(name, ...) {
  t <- rbind(...)
  dimnames(t) <- NULL
  list(name = name, tables = t, exact = value(zelen(t)), likelihood_ratio = value(logistic(t)))
}

# datasets::UCBAdmissions and Titanic: Admitted by Gender and Dept; survivors by Sex and Class.
admitted <- t(apply(UCBAdmissions, 3, function(d) c(d[1, 1], sum(d[, 1]), d[1, 2], sum(d[, 2]))))
survivors <- t(apply(apply(Titanic, c(1, 2, 4), sum), 1, function(d) c(d[1, 2], sum(d[1, ]), d[2, 2], sum(d[2, ]))))

odds_ratio_interactions <- list(
  odds_ratios("opposite", c(2, 2, 0, 2), c(0, 2, 2, 2)),
  odds_ratios("unequal sizes", c(3, 3, 0, 3), c(0, 2, 2, 2)),
  odds_ratios("nearly alike", c(3, 8, 5, 9), c(4, 8, 5, 9)),
  odds_ratios("a group all, a group none", c(5, 5, 3, 7), c(4, 9, 0, 6)),
  odds_ratios("small and large", c(1, 2, 1, 1), c(60, 90, 41, 85)),
  odds_ratios("rabbits of ?mantelhaen.test", c(3, 6, 0, 6), c(6, 6, 2, 6), c(5, 6, 6, 6)),
  odds_ratios("three", c(4, 12, 9, 11), c(7, 10, 6, 13), c(8, 9, 2, 10)),
  odds_ratios("four", c(2, 7, 5, 9), c(6, 8, 3, 5), c(1, 6, 4, 8), c(5, 11, 5, 7)),
  odds_ratios("six", c(1, 3, 2, 4), c(3, 4, 1, 3), c(0, 2, 3, 5), c(2, 5, 2, 3), c(4, 4, 2, 6), c(1, 6, 5, 5)),
  odds_ratios("hundreds", c(130, 200, 90, 180), c(60, 150, 88, 170)),
  odds_ratios("hundreds, four", c(130, 200, 90, 180), c(60, 150, 88, 170), c(44, 90, 41, 95), c(9, 300, 2, 280)),
  odds_ratios("UCBAdmissions", admitted),
  odds_ratios("Titanic", survivors)
)

# Follow-up in whole `unit`s, so that most events are tied.
hazard_interaction <- function(name, group, groups, subgroup, subgroups, unit = 1) {
  d <- cohort(name)
  d <- d[d[[group]] %in% groups & d[[subgroup]] %in% subgroups, ]
  d <- data.frame(time = d$time %/% unit, event = d$event,
    arm = factor(d[[group]], groups), level = factor(d[[subgroup]], subgroups))
  fit <- function(f) coxph(f, d, ties = "efron",
    control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  common <- fit(Surv(time, event) ~ level + arm)
  test <- anova(common, fit(Surv(time, event) ~ arm * level))
  list(
    cohort = name, group = group, groups = I(as.character(groups)), subgroup = subgroup,
    subgroups = I(as.character(subgroups)), unit = unit,
    coefficients = values(coef(common)), std_errors = values(sqrt(diag(vcov(common)))),
    log_likelihood = common$loglik[2], null_log_likelihood = common$loglik[1],
    statistic = value(test$Chisq[2]), degrees = test$Df[2], p = value(test[2, "Pr(>|Chi|)"])
  )
}

hazard_ratio_interactions <- list(
  hazard_interaction("lung", "sex", 1:2, "ph_ecog", 0:2),
  hazard_interaction("lung", "sex", 2:1, "ph_ecog", 0:1),
  hazard_interaction("lung", "sex", 1:2, "ph_ecog", 0:2, unit = 90),
  hazard_interaction("veteran", "trt", 1:2, "celltype", celltypes),
  hazard_interaction("veteran", "trt", 1:2, "celltype", celltypes, unit = 60),
  hazard_interaction("veteran", "trt", 1:2, "prior", c(0, 10)),
  hazard_interaction("veteran", "prior", c(0, 10), "celltype", celltypes[c(3, 1)], unit = 30),
  hazard_interaction("far", "arm", 0:1, "level", 0:1)
)

# ---- Written -------------------------------------------------------------------------------------

packages <- c("survival", "cmprsk", "coin", "jsonlite")
names(packages) <- packages
reference <- list(
  meta = c(list(R = R.version.string), lapply(packages, function(p) as.character(packageVersion(p)))),
  curves = curves, log_ranks = log_ranks, exact = exact, simulated = simulated,
  trends = trends, per_units = per_units, ties = ties,
  coxes = coxes, firths = firths, incidences = incidences, shares = shares,
  fishers = fishers, differences = differences,
  odds_ratio_interactions = odds_ratio_interactions, hazard_ratio_interactions = hazard_ratio_interactions
)
writeLines(
  toJSON(reference, digits = I(15), auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE),
  "reference.json"
)
