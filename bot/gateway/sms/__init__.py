"""The second door: text messages by way of Twilio."""

from bot.gateway.sms.channel import SmsChannel

__all__ = ["SmsChannel"]
