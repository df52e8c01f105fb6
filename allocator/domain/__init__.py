"""Force, officer, case, premises, policy, plan and finding: frozen, validated data."""
