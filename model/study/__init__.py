"""Many solves of one case: overlays, designs, sessions that change in place, stores, engines."""
