"""Why a plan is as it is: typed data first, sentences last."""
