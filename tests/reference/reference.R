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

by_difference <- function(d) {            # two groups: |O - E| of survdiff over every grouping
  spread <- function(g) { test <- survdiff(Surv(d$time, d$event) ~ g); abs(test$obs[1] - test$exp[1]) }
  observed <- spread(d$group)
  p <- mean(sapply(all_groupings(as.vector(table(d$group))), spread) >= observed - 1e-9)
  exact <- logrank_test(Surv(time, event) ~ factor(group), data = d, distribution = "exact")
  list(p = p, coin = value(pvalue(exact)), groupings = choose(nrow(d), sum(d$group == d$group[1])))
}

by_quadratic_form <- function(d) {        # more groups: coin's own statistic over every grouping
  form <- function(g) {
    as.numeric(statistic(logrank_test(Surv(d$time, d$event) ~ factor(g), teststat = "quadratic")))
  }
  labels <- all_groupings(as.vector(table(d$group)))
  list(p = mean(sapply(labels, form) >= form(d$group) - 1e-9), groupings = length(labels))
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
    data.frame(time, event, group = c("A", "A", "B", "B", "B", "C", "C", "C")))
)
exact <- lapply(small, function(d) c(
  list(time = values(d$time), event = values(d$event), group = I(as.character(d$group))),
  if (length(unique(d$group)) == 2) by_difference(d) else by_quadratic_form(d)
))

aml_exact <- logrank_test(Surv(time, event) ~ factor(group), data = cohort("aml"), distribution = "exact")
set.seed(1)
four_groups <- logrank_test(Surv(time, event) ~ factor(celltype), data = subset(cohort("veteran"), trt == 1),
  distribution = approximate(nresample = 200000))
simulated <- list(
  aml_group = value(pvalue(aml_exact)), veteran_trt_1_celltype = value(pvalue(four_groups))
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
  cox("veteran", "trt", "1"), cox("veteran", "celltype", "squamous"), cox("veteran", "celltype", "adeno")
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

# ---- Written -------------------------------------------------------------------------------------

packages <- c("survival", "cmprsk", "coin", "jsonlite")
names(packages) <- packages
reference <- list(
  meta = c(list(R = R.version.string), lapply(packages, function(p) as.character(packageVersion(p)))),
  curves = curves, log_ranks = log_ranks, exact = exact, simulated = simulated,
  coxes = coxes, firths = firths, incidences = incidences, shares = shares
)
writeLines(
  toJSON(reference, digits = I(15), auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE),
  "reference.json"
)
