"""Right and wrong: the judgement of what was read. Knows no Excel."""
