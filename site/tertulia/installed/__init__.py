"""The site as an installed app: its web app manifest, and the service worker that shows pushes."""
