# Kaplan-Meier by group, log-rank test and Cox's model in R's survival, timed inside R.
# Rscript peers.R FILE COX REPEATS: FILE has months, status, group and the covariates; COX is TRUE or FALSE.
suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(TRUE)
rows <- read.csv(arguments[1])
cox <- arguments[2] == "TRUE"
repeats <- as.integer(arguments[3])
seconds <- function(run) median(sapply(seq_len(repeats), function(i) { gc(); system.time(run())[["elapsed"]] }))
curves <- function() {
  kept <<- rows[rows$bcma_percent >= 20 & rows$bcma_percent <= 99, ]
  fit <<- survfit(Surv(months, status) ~ group, kept, conf.type = "log-log")
  told <<- summary(fit)$table
  test <<- survdiff(Surv(months, status) ~ group, kept)
}
took <- seconds(curves)
at12 <- summary(fit, times = 12)
number <- function(values) paste0("[", paste(sprintf("%.17g", values), collapse = ","), "]")
out <- sprintf('{"version":"R %s, survival %s","curves":%.6f,"survival":%s,"lower":%s,"median":%s,"chi2":%.17g',
  getRversion(), packageVersion("survival"), took, number(at12$surv), number(at12$lower), number(told[, "median"]),
  test$chisq)
if (cox) {
  for (name in c("emd", "prior_asct", "sex", "iss_stage")) rows[[name]] <- factor(rows[[name]])
  model <- function() cox_fit <<- coxph(Surv(months, status) ~ emd + prior_asct + sex + iss_stage, rows)
  took <- seconds(model)
  out <- sprintf('%s,"cox":%.6f,"coefficients":%s,"errors":%s', out, took, number(coef(cox_fit)),
    number(sqrt(diag(vcov(cox_fit)))))
}
cat(out, "}\n")
