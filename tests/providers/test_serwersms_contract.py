"""SerwerSMS keeps the contract of all providers."""

from __future__ import annotations

from smspanel.providers.serwersms.client import SerwerSmsClient
from tests.providers.contract import SECRET, ProviderContract
from tests.providers.scripted import Reply, answer_json


def item(phone: str, status: str = "queued", **more: object) -> dict[str, object]:
    return {"id": f"id{phone[-3:]}", "phone": phone, "status": status, "parts": 1, "text": "Hello", **more}


def general(code: object, message: str = "No") -> Reply:
    return answer_json({"error": {"code": code, "type": "SendError", "message": message}})


class TestSerwerSms(ProviderContract):
    def client(self, url: str) -> SerwerSmsClient:
        return SerwerSmsClient(base_url=url, credentials={"token": SECRET})

    def accepted(self) -> Reply:
        return answer_json({"success": True, "items": [item("+48500100200"), item("+48500100201")]})

    def second_refused(self) -> Reply:
        bad = item("+48500100201", "unsent", error_code=3103, error_message="Incorrect number")
        return answer_json({"success": True, "items": [item("+48500100200"), bad]})

    def refused(self) -> Reply:
        return general(3101, "The message is empty")

    def credentials_refused(self) -> Reply:
        return general(1001)

    def funds_refused(self) -> Reply:
        return general(3002)

    def duplicate(self) -> Reply:
        return general(3191, "unique_id was used before")
