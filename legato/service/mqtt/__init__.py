"""The service on an MQTT broker: publishes what devices do, and passes commands to the bridge."""
