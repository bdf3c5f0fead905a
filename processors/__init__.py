"""Getting things done on a night: the ledger, the intake, scores, ranks, results, the command."""
