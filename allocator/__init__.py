"""Decide, fairly and provably, which offender manager looks after which offender."""

from __future__ import annotations
