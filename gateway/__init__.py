"""The gateway listens: the helpdesk's webhooks in, the pages of links, health. It keeps no state."""
