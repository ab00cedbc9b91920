"""What the doors share: pages, forms, problems, guards, idempotent writes, security headers, languages, assets."""
