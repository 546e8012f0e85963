"""Rasa's locks of conversations in the Redis that ``LOCK_STORE`` names, with those of this process
alone while it does not answer: Rasa's own store waits 10 s for it and fails every message."""

import json
import logging
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore, LockStore
from redis import Redis
from redis.exceptions import RedisError

from bot.lock_store import ANSWER_SECONDS, CONNECT_SECONDS, Pause
from bot.settings import load_settings

_PREFIX = "lock:"
logger = logging.getLogger(__name__)


class HelpdeskLockStore(LockStore):
    """Keeps locks in Redis, shared by several Rasa servers."""

    def __init__(self, endpoint_config: Any = None) -> None:
        where = load_settings().lock_store
        assert where is not None, "endpoints.yml names this store where LOCK_STORE is set"
        self._redis = Redis.from_url(
            where.url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=CONNECT_SECONDS
        )
        self._here = InMemoryLockStore()
        self._pause = Pause()
        super().__init__()

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        """The lock of a conversation, or None."""
        # one that was begun here ends here, also when Redis has come back
        here = self._here.get_lock(conversation_id)
        if here is not None or self._pause.lasts:
            return here
        try:
            stored = self._redis.get(_PREFIX + conversation_id)
        except RedisError as error:
            self._fail(error)
            return None
        return TicketLock.from_dict(json.loads(stored)) if stored else None

    def save_lock(self, lock: TicketLock) -> None:
        """Store a lock."""
        if self._here.get_lock(lock.conversation_id) is None and not self._pause.lasts:
            try:
                self._redis.set(_PREFIX + lock.conversation_id, lock.dumps(), ex=3600)
            except RedisError as error:
                self._fail(error)
            else:
                return
        self._here.save_lock(lock)

    def delete_lock(self, conversation_id: str) -> None:
        """Forget a lock."""
        if self._here.get_lock(conversation_id) is not None:
            self._here.delete_lock(conversation_id)
        elif not self._pause.lasts:
            try:
                self._redis.delete(_PREFIX + conversation_id)
            except RedisError as error:
                self._fail(error)

    def _fail(self, error: RedisError) -> None:
        self._pause.begin()
        logger.error("Redis keeps no locks, so this process does alone for a while: %s", error)
