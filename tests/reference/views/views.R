# What R says of the views: reads the cohorts' CSV files and views.json, and writes expected.json.
# Run here: Rscript views.R
# A number that is not estimable is null; one that is left out is not compared.
suppressMessages({library(survival); library(jsonlite)})

SAME <- 1e-8                     # months: times no further apart are the same, as survfit's timefix has it
PR_OR_BETTER <- c("sCR", "CR", "VGPR", "PR")
no_later <- function(a, b) a <= b + SAME
# Times that differ in the last digits are one, and 11.000000000000002 is 11.
tied <- function(months) round(aeqSurv(Surv(months, rep(1, length(months))))[, 1], 12)
value <- function(x) { x <- unname(as.numeric(x)); if (is.finite(x)) x else NA }
values <- function(x) I(sapply(x, value, USE.NAMES = FALSE))

# ---- The cohorts ---------------------------------------------------------------------------------

read_cohort <- function(name) {
  table <- function(which) read.csv(file.path("cohorts", name, paste0(which, ".csv")),
    colClasses = "character", na.strings = "", encoding = "UTF-8")
  patients <- table("patients"); endpoints <- table("endpoints"); responses <- table("responses")
  variables <- table("variables")
  rownames(variables) <- variables$name
  all_months <- tied(as.numeric(c(endpoints$months, responses$month)))
  endpoints$months <- head(all_months, nrow(endpoints))
  endpoints$status <- as.numeric(endpoints$status)
  responses$month <- tail(all_months, nrow(responses))
  end <- function(endpoint, id) {
    own <- endpoints[endpoints$endpoint == endpoint, ]
    own[match(id, own$patient_id), c("months", "status")]
  }
  # An assessment counts up to the first event of any endpoint (progression, relapse or death) and at it.
  stopped <- with(endpoints[endpoints$status > 0, ], tapply(months, patient_id, min))[responses$patient_id]
  counted <- responses[is.na(stopped) | no_later(responses$month, stopped), ]
  list(patients = patients, variables = variables, counted = counted, end = end)
}
cohorts <- sapply(list.files("cohorts"), read_cohort, simplify = FALSE)

# ---- Who is in a view, in which group ------------------------------------------------------------

# A variable's value for each patient; with a landmark, what was known of a response by then.
known <- function(cohort, name, landmark) {
  cell <- cohort$patients[[name]]; about <- cohort$variables[name, ]
  if (about$kind == "number") return(as.numeric(cell))
  if (is.null(landmark) || is.na(about$known_at)) return(cell)
  with(cohort$counted, {
    found <- if (about$known_at == "responses.mrd") mrd %in% "negative" else response %in% PR_OR_BETTER
    reached <- cohort$patients$patient_id %in% patient_id[found & no_later(month, landmark)]
    ifelse(is.na(cell), NA, ifelse(reached, "Yes", "No"))
  })
}

kept <- function(cohort, chosen, landmark) {
  cell <- known(cohort, chosen$variable, landmark)
  if (is.null(chosen$levels)) ifelse(is.na(cell), chosen$missing, cell >= chosen$low & cell <= chosen$high)
  else ifelse(is.na(cell), "Missing", cell) %in% unlist(chosen$levels)
}

# The number of each patient's group from 0 in clinical order, empty cells last.
grouped <- function(cohort, by, landmark) {
  cell <- known(cohort, by$variable, landmark); about <- cohort$variables[by$variable, ]
  if (about$kind == "number") return(ifelse(is.na(cell), length(by$cuts) + 1, findInterval(cell, unlist(by$cuts))))
  levels <- strsplit(about$levels, "|", fixed = TRUE)[[1]]
  match(cell, c(levels, NA)) - 1
}

# Time and status of the patients of a view; `number` is what they are compared by, if it is one.
followed <- function(view) {
  cohort <- cohorts[[view$cohort]]; by <- view$comparison
  inside <- rep(TRUE, nrow(cohort$patients))
  for (chosen in view$filters) inside <- inside & kept(cohort, chosen, view$landmark)
  against_rest <- !is.null(by) && by$variable == "rest"
  group <- if (is.null(by)) 0 else if (against_rest) ifelse(inside, 0, 1) else grouped(cohort, by, view$landmark)
  id <- cohort$patients$patient_id
  if (view$endpoint == "DOR") {  # from the first response of PR or better, to the end of PFS
    responded <- with(subset(cohort$counted, response %in% PR_OR_BETTER), tapply(month, patient_id, min))
    end <- cohort$end("PFS", id)
    end$months <- end$months - as.vector(responded[id])
    end$months[!is.na(end$months)] <- tied(c(0, na.omit(end$months)))[-1]
  } else end <- cohort$end(view$endpoint, id)
  d <- data.frame(time = end$months, status = end$status, group = group)
  d$number <- if (length(by$cuts) && view$endpoint != "DOR") known(cohort, by$variable, NULL) else NA
  if (!against_rest) d <- d[inside, ]
  d <- d[!is.na(d$time) & d$time >= 0, ]
  if (!is.null(view$landmark)) {  # who was still followed after it, and the clock starts anew
    d <- d[!no_later(d$time, view$landmark), ]
    d$time <- d$time - view$landmark
  }
  d
}

# ---- What is estimated ---------------------------------------------------------------------------

printed_median <- function(fit) values(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")])

# Survival, or incidence of the event in column 2: where it is 0 or 1 the limits are another rule's.
at_time <- function(month, fit, incidence) {
  at <- summary(fit, times = month, extend = TRUE)
  column <- function(x, j) if (incidence) x[1, j] else x[1]
  free <- if (incidence) column(at$pstate, 1) else at$surv
  estimate <- if (incidence) column(at$pstate, 2) else at$surv
  found <- list(months = month, at_risk = as.numeric(column(as.matrix(at$n.risk), 1)))
  if (month > max(fit$time) && free > 1e-12) return(c(found, value = NA))
  if (estimate < 1e-12 || estimate > 1 - 1e-12) return(c(found, value = round(estimate)))
  c(found, value = value(estimate), lower = value(column(at$lower, 2)), upper = value(column(at$upper, 2)))
}

group_of <- function(d, view, competing) {
  fit <- survfit(Surv(time, status == 1) ~ 1, data = d, conf.type = view$interval)
  reverse <- survfit(Surv(time, status == 0) ~ 1, data = d, conf.type = "log-log")
  of_both <- if (competing) survfit(Surv(time, factor(status, 0:2)) ~ 1, data = d, conf.type = "log-log")
  list(
    patients = nrow(d), events = sum(d$status == 1), median = printed_median(fit), follow_up = printed_median(reverse),
    at_times = lapply(unlist(view$times), at_time, if (competing) of_both else fit, competing)
  )
}

# Null where there is nothing to test: no event, one group alone at risk, or all at risk had the event at once.
log_rank <- function(d) {
  if (length(unique(d$group)) < 2 || !any(d$status == 1)) return(NULL)
  test <- tryCatch(survdiff(Surv(time, status == 1) ~ group, data = d), error = function(e) NULL)
  if (is.null(test) || sum(test$exp > 0) < 2) return(NULL)
  list(statistic = test$chisq, degrees = sum(test$exp > 0) - 1)
}

CLOSE <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)
estimable <- function(fit) tryCatch(fit, warning = function(w) NULL)  # coxph warns where it finds no maximum

# Left out with fewer than ten events, a group without one, or no maximum: another estimate stands there.
hazard_ratios <- function(d) {
  died <- tapply(d$status == 1, d$group, sum)
  if (length(died) < 2 || sum(died) < 10 || any(died == 0)) return(NULL)
  reference <- names(which.max(table(d$group)))
  d$by <- relevel(factor(d$group), ref = reference)
  fit <- estimable(coxph(Surv(time, status == 1) ~ by, data = d, ties = "efron", control = CLOSE))
  if (is.null(fit)) return(NULL)
  limits <- summary(fit)$conf.int
  ratios <- lapply(seq_len(nrow(limits)), function(i) values(limits[i, c(1, 3, 4)]))
  list(reference = as.numeric(reference), ratios = setNames(ratios, levels(d$by)[-1]))
}

# Of a number as it is, over the largest power of ten that is at most half its range.
per_unit <- function(d) {
  if (length(unique(d$group)) < 2) return(NULL)
  d <- d[!is.na(d$number), ]
  if (sum(d$status == 1) < 10 || diff(range(d$number)) == 0) return(NULL)
  per <- 10^floor(log10(diff(range(d$number)) / 2))
  if (all(d$number == round(d$number))) per <- max(1, per)
  d$by <- (d$number - mean(d$number)) / per
  fit <- estimable(coxph(Surv(time, status == 1) ~ by, data = d, ties = "efron", control = CLOSE))
  if (is.null(fit)) NULL else values(summary(fit)$conf.int[c(1, 3, 4)])
}

expected <- function(view) {
  d <- followed(view)
  by <- view$comparison
  empty <- if (is.null(by) || by$variable == "rest") -1 else if (length(by$cuts)) length(by$cuts) + 1 else
    length(strsplit(cohorts[[view$cohort]]$variables[by$variable, "levels"], "|", fixed = TRUE)[[1]])
  placed <- d[d$group != empty, ]  # who has no value is drawn, and not compared
  cohort <- cohorts[[view$cohort]]
  competing <- 2 %in% cohort$end(view$endpoint, cohort$patients$patient_id)$status
  groups <- lapply(split(d, d$group), group_of, view, competing)
  list(groups = groups, test = log_rank(placed), hazards = hazard_ratios(placed), per_unit = per_unit(placed))
}

views <- fromJSON("views.json", simplifyVector = FALSE)
all <- suppressWarnings(lapply(views, expected))  # R warns of limits where a curve is at 1
writeLines(toJSON(all, digits = I(15), auto_unbox = TRUE, na = "null", null = "null"), "expected.json")
