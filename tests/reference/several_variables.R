# Reference values for models of several variables: every value stands beside the R call that makes it.
# Run here: Rscript several_variables.R    It reads data/*.csv and writes several_variables.json.
suppressMessages({library(survival); library(splines); library(jsonlite)})

cohort <- function(name) read.csv(file.path("data", paste0(name, ".csv")))

# mgus2.csv has progression as the event and few covariates: this one is death, from survival::mgus2.
write.csv(
  with(mgus2, data.frame(time = futime, event = death, age, sex, hgb, creat, mspike)),
  "data/mgus2_covariates.csv", row.names = FALSE, na = "", quote = 4
)

EXACT <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)

# Of each variable the levels of a category, its reference first; NULL of a number.
patients <- function(name, variables) {
  d <- cohort(name)[c("time", "event", names(variables))]
  d <- d[complete.cases(d), ]
  for (v in names(variables)) if (!is.null(variables[[v]])) d[[v]] <- factor(d[[v]], variables[[v]])
  d
}

written <- function(terms) sprintf(
  'coxph(Surv(time, event) ~ %s, data = d, ties = "efron", control = EXACT)', paste(terms, collapse = " + ")
)

# ---- Tables --------------------------------------------------------------------------------------

described <- function(variables) lapply(names(variables), function(v) list(
  name = v, levels = if (!is.null(variables[[v]])) I(as.character(variables[[v]]))
))

labels <- function(variables) do.call(rbind, lapply(names(variables), function(v) {
  level <- if (is.null(variables[[v]])) NA_character_ else as.character(variables[[v]][-1])
  data.frame(name = paste0(v, ifelse(is.na(level), "", level)), variable = v, level = level)
}))

coefficients_of <- function(fit, variables) {
  table <- labels(variables)
  stopifnot(identical(table$name, names(coef(fit))))
  summed <- summary(fit, conf.int = 0.95)
  data.frame(
    table, coefficient = coef(fit), std_error = sqrt(diag(vcov(fit))), ratio = exp(coef(fit)),
    lower = summed$conf.int[, "lower .95"], upper = summed$conf.int[, "upper .95"],
    z = summed$coefficients[, "z"], p = summed$coefficients[, "Pr(>|z|)"], row.names = NULL
  )
}

likelihood_ratio <- function(fit) {
  test <- summary(fit)$logtest
  list(chisq = test[["test"]], df = test[["df"]], p = test[["pvalue"]])
}

zph_table <- function(zph) data.frame(term = rownames(zph$table), zph$table, row.names = NULL)   # chisq, df, p

zph_residuals <- function(zph) list(
  time = I(unname(zph$time)), x = I(unname(zph$x)), columns = I(colnames(zph$y)), y = unname(zph$y)
)

# ---- A model -------------------------------------------------------------------------------------

model <- function(name, dataset, variables, residuals = FALSE, per_coefficient = FALSE, linearity = TRUE) {
  d <- patients(dataset, variables)
  fitted <- function(call) eval(parse(text = call), list(d = d), environment())
  warned <- character()

  # The knots are the 10%, 50% and 90% quantiles of the rows used.
  linear <- function(fit, v) {
    knots <- unname(quantile(d[[v]], c(0.1, 0.5, 0.9), type = 7))
    record <- list(variable = v, knots = I(knots), call = NA, chisq = NA, df = NA, p = NA, reason = NA)
    if (anyDuplicated(knots)) return(modifyList(record, list(reason = "knots coincide")))
    curve <- sprintf("ns(%s, knots = %.15g, Boundary.knots = c(%.15g, %.15g))", v, knots[2], knots[1], knots[3])
    record$call <- written(replace(names(variables), names(variables) == v, curve))
    test <- anova(fit, fitted(record$call))
    modifyList(record, list(chisq = test$Chisq[2], df = test$Df[2], p = test[2, "Pr(>|Chi|)"]))
  }

  withCallingHandlers({
    call <- written(names(variables))
    fit <- fitted(call)
    dropped <- drop1(fit, test = "Chisq")[-1, ]
    record <- list(
      name = name, dataset = dataset, call = call,
      variables = described(variables),
      rows = fit$n, missing = nrow(cohort(dataset)) - fit$n, events = fit$nevent,
      coefficients = coefficients_of(fit, variables),
      null_log_likelihood = fit$loglik[1], log_likelihood = fit$loglik[2],
      likelihood_ratio = likelihood_ratio(fit),                                   # of the whole model
      drop1 = data.frame(variable = rownames(dropped), chisq = dropped$LRT, df = dropped$Df, p = dropped$`Pr(>Chi)`),
      unadjusted = lapply(names(variables), function(v) {                         # alone, on the same rows
        alone <- fitted(written(v))
        list(variable = v, coefficients = coefficients_of(alone, variables[v]),
          likelihood_ratio = likelihood_ratio(alone))
      }),
      zph = lapply(c(km = "km", identity = "identity", rank = "rank", log = "log"),
        function(g) zph_table(cox.zph(fit, transform = g, terms = TRUE)))
    )
    if (residuals) record$zph_residuals <- zph_residuals(cox.zph(fit, transform = "km", terms = TRUE))
    if (per_coefficient) {
      zph <- cox.zph(fit, transform = "km", terms = FALSE)
      record$zph_per_coefficient <- list(km = zph_table(zph), residuals = zph_residuals(zph))
    }
    if (linearity) record$linearity <- lapply(names(Filter(is.null, variables)), function(v) linear(fit, v))
  }, warning = function(w) { warned <<- c(warned, conditionMessage(w)); invokeRestart("muffleWarning") })
  record$warnings <- I(warned)
  record
}

celltypes <- c("squamous", "smallcell", "adeno", "large")
few <- list(marker = NULL, stage = c("I", "II", "III"))
models <- list(
  model("lung_ecog", "lung", list(age = NULL, sex = 1:2, ph_ecog = 0:3, wt_loss = NULL)),
  model("lung_karno", "lung", list(age = NULL, ph_karno = NULL, sex = 1:2), residuals = TRUE),
  model("veteran", "veteran",
    list(trt = 1:2, celltype = celltypes, karno = NULL, diagtime = NULL, age = NULL, prior = c(0, 10)),
    residuals = TRUE, per_coefficient = TRUE),
  model("mgus2", "mgus2_covariates", list(age = NULL, sex = c("F", "M"), hgb = NULL, creat = NULL, mspike = NULL)),
  model("mgus2_age_hgb", "mgus2_covariates", list(age = NULL, hgb = NULL)),
  model("few_events", "few_events", few, residuals = TRUE, linearity = FALSE)
)

# ---- Firth ---------------------------------------------------------------------------------------
# The penalised likelihood at b is coxph's own at b plus half the log determinant of its information (the
# inverse of coxph's variance at b), of the whole model also where some of b is held: at 0 for a test, at a
# profile limit where the maximum over the others has dropped by qchisq(0.95, 1) / 2.

penalised <- function(d, terms) {
  formula <- reformulate(terms, "Surv(time, event)")
  function(b) {
    fit <- suppressWarnings(coxph(formula, d, ties = "efron", init = b, control = coxph.control(iter.max = 0)))
    fit$loglik[1] - as.numeric(determinant(fit$var)$modulus) / 2
  }
}

slope <- function(f, b, h) sapply(seq_along(b), function(j) {              # error of order h^6
  at <- function(k) { b[j] <- b[j] + k * h[j]; f(b) }
  (45 * (at(1) - at(-1)) - 9 * (at(2) - at(-2)) + (at(3) - at(-3))) / (60 * h[j])
})

firth <- function(dataset, variables) {
  d <- patients(dataset, variables)
  f <- penalised(d, names(variables))
  table <- labels(variables)
  unit <- 1 / apply(model.matrix(reformulate(names(variables)), d)[, -1], 2, sd)   # of each coefficient

  climb <- function(b, free = rep(TRUE, length(b))) {                      # over the free ones, from b
    if (!any(free)) return(b)
    at <- function(x) replace(b, free, x)
    g <- function(x) f(at(x))
    at(optim(b[free], g, function(x) slope(g, x, unit[free] / 100), method = "BFGS",
      control = list(fnscale = -1, parscale = unit[free], reltol = 1e-14, maxit = 500))$par)
  }
  rise <- function(b) slope(f, b, unit / 100)
  starts <- list(0 * unit, unit, -unit, unit * (-1)^seq_along(unit))
  ends <- lapply(starts, climb)
  best <- ends[[which.max(sapply(ends, f))]]
  apart <- max(abs(sapply(ends, function(b) (b - best) / unit)))           # of the ends of the several starts
  curvature <- function(b) optimHess(b, f, rise, control = list(parscale = unit))
  for (step in 1:2) best <- best - as.vector(solve(curvature(best), rise(best)))
  near <- replicate(300, f(best + rnorm(length(best)) * unit * 10^runif(1, -4, 0)))
  stopifnot(apart < 1e-6, near < f(best), abs(rise(best) * unit) < 1e-10)

  test <- function(held) {                                                 # all of the held at 0
    chisq <- 2 * (f(best) - f(climb(replace(best, held, 0), !held)))
    list(chisq = chisq, df = sum(held), p = pchisq(chisq, sum(held), lower.tail = FALSE))
  }
  limit <- function(j, side) {
    others <- seq_along(best) != j
    short_of <- function(x) f(climb(replace(best, j, x), others)) - (f(best) - qchisq(0.95, 1) / 2)
    far <- best[j] + side * unit[j]
    while (short_of(far) > 0) far <- far + side * unit[j]
    uniroot(short_of, sort(c(far - side * unit[j], far)), tol = 1e-10 * unit[j])$root
  }
  each <- seq_along(best)
  alone <- lapply(each, function(j) test(each == j))
  list(
    dataset = dataset, call = deparse(reformulate(names(variables), "Surv(time, event)")),
    variables = described(variables),
    rows = nrow(d), events = sum(d$event), penalised_log_likelihood = f(best), penalised_at_zero = f(0 * best),
    coefficients = data.frame(
      table, coefficient = best, ratio = exp(best),
      lower = exp(sapply(each, limit, side = -1)), upper = exp(sapply(each, limit, side = 1)),
      chisq = sapply(alone, `[[`, "chisq"), p = sapply(alone, `[[`, "p"), row.names = NULL
    ),
    likelihood_ratio = test(each > 0),
    tests = lapply(names(variables), function(v) c(list(variable = v), test(table$variable == v))),
    checks = list(starts = length(starts), apart = apart, slope = max(abs(rise(best) * unit)))
  )
}

set.seed(1)
firths <- list(
  firth("few_events", few),
  firth("separated_covariates", list(group = c("A", "B"), marker = NULL)),
  firth("separated_covariates", list(group = c("B", "A"), marker = NULL))
)

# ---- Written -------------------------------------------------------------------------------------

packages <- c(survival = "survival", splines = "splines", jsonlite = "jsonlite")
meta <- c(
  list(R = R.version.string), lapply(packages, function(p) as.character(packageVersion(p))),
  list(EXACT = "coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)")
)
writeLines(toJSON(
  list(meta = meta, models = models, firths = firths),
  digits = I(15), auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE
), "several_variables.json")
