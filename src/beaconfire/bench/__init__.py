"""What this machine allows and what we make of it, measured side by side in one run."""
