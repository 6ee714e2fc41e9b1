"""The service on an MQTT broker: what devices do is published, what others wish is asked of the bridge."""
