"""The specialists: what each is for, which tools it has, how it is told what to do."""
