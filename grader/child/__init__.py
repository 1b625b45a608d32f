"""Programs that run inside a sandbox, started there by name; nothing outside imports them."""
