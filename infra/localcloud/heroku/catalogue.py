"""The add-on catalogue: services, plans with monthly prices, and the config vars each service sets."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from infra.localcloud.heroku.naming import FIXED_TIME, fixed_id
from infra.localcloud.heroku.stacks import generation_ref

Body = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """One plan of a service; the price is in cents a month."""

    service: str
    suffix: str
    cents: int
    default: bool = False

    @property
    def name(self) -> str:
        """``heroku-postgresql:essential-0``."""
        return f"{self.service}:{self.suffix}"


@dataclass(frozen=True)
class Service:
    """One add-on service; ``prefix`` names its attachments, ``values`` are templates by config var suffix."""

    name: str
    human_name: str
    prefix: str
    values: dict[str, str]
    plans: tuple[Plan, ...]
    multiple: bool = False
    sharing: bool = True
    state: str = "ga"
    drain: bool = False
    """Whether it drains the app's log to itself."""

    @property
    def short_name(self) -> str:
        """What the names of its add-ons start with."""
        return self.name.removeprefix("heroku-")


def _plans(service: str, text: str) -> tuple[Plan, ...]:
    """Plans from ``suffix=cents`` words; the first is the default."""
    pairs = [word.split("=") for word in text.split()]
    return tuple(Plan(service, suffix, int(cents), place == 0) for place, (suffix, cents) in enumerate(pairs))


def _service(name: str, human_name: str, prefix: str, values: str, plans: str, **more: Any) -> Service:
    """A service from its config vars as ``SUFFIX=template`` words; ``*`` in a template becomes random hexadecimals."""
    pairs = dict(word.split("=", 1) for word in values.split())
    return Service(name, human_name, prefix, pairs, _plans(name, plans), **more)


_POSTGRES = (
    "essential-0=500 essential-1=900 essential-2=2000 standard-0=5000 standard-2=20000 standard-3=40000 "
    "standard-4=75000 standard-5=140000 standard-6=200000 standard-7=350000 premium-0=20000 premium-2=35000 "
    "premium-3=75000 premium-4=120000 premium-5=250000 premium-6=350000 premium-7=600000"
)
_REDIS = (
    "mini=300 premium-0=1500 premium-1=3000 premium-2=6000 premium-3=12000 premium-4=20000 premium-5=75000 "
    "premium-7=145000 premium-9=310000"
)
SERVICES: tuple[Service, ...] = (
    _service(
        "heroku-postgresql", "Heroku Postgres", "DATABASE",
        "URL=postgres://u*:p*@postgres.localcloud.invalid:5432/d*", _POSTGRES, multiple=True,
    ),
    _service(
        "heroku-redis", "Heroku Key-Value Store", "REDIS",
        "URL=rediss://:p*@redis.localcloud.invalid:6379", _REDIS, multiple=True,
    ),
    _service(
        "heroku-kafka", "Apache Kafka on Heroku", "KAFKA",
        "URL=kafka+ssl://kafka.localcloud.invalid:9096 CLIENT_CERT=* CLIENT_CERT_KEY=* TRUSTED_CERT=*",
        "basic-0=10000 basic-1=12500 basic-2=17500 standard-0=150000 standard-1=280000", multiple=True,
    ),
    _service("scheduler", "Heroku Scheduler", "SCHEDULER", "", "standard=0", sharing=False),
    _service("papertrail", "Papertrail", "PAPERTRAIL", "API_TOKEN=*",
             "choklad=0 volmar=700 fixa=1000 ludvig=1900 forsta=2500 liatorp=6500", drain=True),
    _service("sendgrid", "Twilio SendGrid", "SENDGRID", "USERNAME=app*@heroku.com PASSWORD=*",
             "starter=0 bronze=1495 silver=8995 gold=25000"),
    _service("newrelic", "New Relic APM", "NEW_RELIC", "LICENSE_KEY=* LOG=stdout", "wayne=0 hawke=9900 bishop=14900"),
    _service("rollbar", "Rollbar", "ROLLBAR", "ACCESS_TOKEN=* ENDPOINT=https://api.rollbar.com/api/1/",
             "free=0 trial-5k=0 essentials-25k=1400 essentials-100k=3900"),
    _service("sentry", "Sentry", "SENTRY", "DSN=https://*@sentry.localcloud.invalid/1", "f1=0 t1=2900 b1=8900"),
    _service("bugsnag", "Bugsnag", "BUGSNAG", "API_KEY=*", "tauron=0 leonis=5900"),
    _service("honeybadger", "Honeybadger", "HONEYBADGER", "API_KEY=*", "free=0 small=3900 medium=7900"),
    _service("mezmo", "Mezmo", "LOGDNA", "KEY=*", "quaco=0 bitforge=300 alpaca=6900", drain=True),
    _service("cloudamqp", "CloudAMQP", "CLOUDAMQP", "URL=amqps://u*:p*@amqp.localcloud.invalid/v* APIKEY=*",
             "lemur=0 tiger=1900 bunny=9900 rabbit=29900", multiple=True),
    _service("mailgun", "Mailgun", "MAILGUN",
             "API_KEY=* DOMAIN=app*.mailgun.org SMTP_LOGIN=postmaster@app*.mailgun.org SMTP_PASSWORD=* "
             "SMTP_PORT=587 SMTP_SERVER=smtp.mailgun.org", "starter=0 foundation-50k=3500"),
    _service("postmark", "Postmark", "POSTMARK", "API_TOKEN=* SMTP_SERVER=smtp.postmarkapp.com",
             "10k=0 50k=6000"),
    _service("memcachier", "MemCachier", "MEMCACHIER",
             "SERVERS=memcachier.localcloud.invalid:11211 USERNAME=* PASSWORD=*", "dev=0 100=1500 250=2500 500=4500"),
    _service("rediscloud", "Redis Cloud", "REDISCLOUD", "URL=redis://default:p*@redis.localcloud.invalid:11000",
             "30=0 100=700 250=1000 500=2500 1000=4500", multiple=True),
    _service("bonsai", "Bonsai Elasticsearch", "BONSAI", "URL=https://u*:p*@bonsai.localcloud.invalid",
             "sandbox=0 standard-sm=5000 standard-md=12000", multiple=True),
    _service("cloudinary", "Cloudinary", "CLOUDINARY", "URL=cloudinary://k*:s*@h*", "starter=0 basic=9900"),
    _service("jawsdb", "JawsDB MySQL", "JAWSDB", "URL=mysql://u*:p*@mysql.localcloud.invalid:3306/d*",
             "kitefin=0 leopard=1000 blacktip=5000", multiple=True),
    _service("quotaguardstatic", "QuotaGuard Static IPs", "QUOTAGUARDSTATIC",
             "URL=http://u*:p*@proxy.localcloud.invalid:9293", "starter=0 micro=1900 medium=4900"),
    _service("pusher", "Pusher", "PUSHER", "URL=https://k*:s*@api.pusherapp.com/apps/1",
             "sandbox=0 startup=4900"),
    _service("scout", "Scout APM", "SCOUT", "KEY=* LOG_LEVEL=INFO MONITOR=true", "chair=0 stadium=4900"),
    _service("coralogixcore", "Coralogix", "CORALOGIXCORE", "API_KEY=*", "2gb=0 5gb=2000", drain=True),
    _service("librato", "Librato", "LIBRATO", "USER=* TOKEN=*", "development=0 nickel=1900", state="shutdown"),
)  # fmt: skip


def service_named(identity: str) -> Service | None:
    """The service with that name or id."""
    for service in SERVICES:
        if identity in (service.name, fixed_id(f"addon-service/{service.name}")):
            return service
    return None


def plan_named(identity: str) -> Plan | None:
    """The plan with that name or id; a service's name alone means its default plan."""
    for service in SERVICES:
        for plan in service.plans:
            if identity in (plan.name, fixed_id(f"plan/{plan.name}")):
                return plan
        if identity == service.name:
            return service.plans[0]
    return None


def fresh_values(service: Service) -> dict[str, str]:
    """Config values as the service would give a new add-on, by suffix."""
    return {suffix: _filled(template) for suffix, template in service.values.items()}


def _filled(template: str) -> str:
    parts = template.split("*")
    return parts[0] + "".join(secrets.token_hex(12) + part for part in parts[1:])


def service_ref(service: Service) -> Body:
    """A service as other objects mention it."""
    return {"id": fixed_id(f"addon-service/{service.name}"), "name": service.name}


def plan_ref(plan: Plan) -> Body:
    """A plan as other objects mention it."""
    return {"id": fixed_id(f"plan/{plan.name}"), "name": plan.name}


def price(plan: Plan) -> Body:
    """A plan's price as Heroku answers it."""
    return {"cents": plan.cents, "contract": False, "unit": "month"}


def service_body(service: Service) -> Body:
    """A service as Heroku answers it."""
    return {
        **service_ref(service),
        "cli_plugin_name": service.name if service.name.startswith("heroku-") else None,
        "human_name": service.human_name,
        "state": service.state,
        "supports_multiple_installations": service.multiple,
        "supports_sharing": service.sharing,
        "supported_generations": [generation_ref()],
        "created_at": FIXED_TIME,
        "updated_at": FIXED_TIME,
    }


def plan_body(service: Service, plan: Plan) -> Body:
    """A plan as Heroku answers it."""
    human_name = plan.suffix.replace("-", " ").title()
    return {
        **plan_ref(plan),
        "addon_service": service_ref(service),
        "compliance": None,
        "default": plan.default,
        "description": f"{service.human_name} {human_name}",
        "human_name": human_name,
        "installable_inside_private_network": False,
        "installable_outside_private_network": True,
        "price": price(plan),
        "space_default": False,
        "state": service.state,
        "visible": True,
        "created_at": FIXED_TIME,
        "updated_at": FIXED_TIME,
    }
