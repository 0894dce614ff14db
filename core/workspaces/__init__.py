"""Who is here and who pays: workspaces, their accounts at Neocu, and their secrets."""
