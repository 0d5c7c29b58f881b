"""The shapes of secrets: those that issuers document, and those of addresses, headers and blocks of key.

A shape is listed where its issuer documents it, so that a match is almost surely a secret, whatever stands around it.
"""

from __future__ import annotations

import re

_KEY = r"[A-Z0-9 ]* PRIVATE KEY(?: BLOCK)?-----"
_BODY = r"(?:(?:\\[nr]|[\s\"'+\\])*+[A-Za-z0-9+/=]{16,}+)"
_MIXED = r"(?=[a-z\d+/]*[A-Z])(?=[A-Z\d+/]*[a-z])(?=[A-Za-z+/]*[\d=])"
_BASE64 = r"(?:[A-Za-z0-9+/]{4}){3,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_BLOCKS = (
    (
        "-----begin",
        rf"-----BEGIN{_KEY}(?:[\s\S]{{0,16000}}?-----END{_KEY}|(?:\s*[\w-]+: [^\n]*)*{_BODY}+(?:\s*[A-Za-z0-9+/=]+)?)",
    ),
    ("-----end", rf"(?:[A-Za-z0-9+/=]{{40,}}\s+)+[A-Za-z0-9+/=]*\s*-----END{_KEY}"),
    ("age-secret-key-1", r"\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b"),
    ("fernet(", r"(?<=Fernet\()b?[\"'][\w-]{43}="),
)
_CLOUDS = (
    *((mark, r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b") for mark in ("akia", "asia", "abia", "acca")),  # AWS key ids
    (
        "aws",
        r"(?<![\w/+=-])(?=[A-Za-z0-9/+]{40}(?![\w/+=-]))(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])\S{40}",
    ),  # AWS secret keys
    ("aiza", r"\bAIza[\w-]{35}"),  # Google
    ("gocspx-", r"\bGOCSPX-[\w-]{28}"),
    ("ya29.", r"\bya29\.[\w-]{20,}"),
    ("1//0", r"\b1//0[\w-]{40,}"),
    ("accountkey=", r"(?<=AccountKey=)[A-Za-z0-9+/=]{40,}"),  # Azure
    ("accesskey=", r"(?<=SharedAccessKey=)[A-Za-z0-9+/=]{40,}"),
    ("8q~", r"(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{31,37}(?![\w~-])"),
    ("_v1_", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),  # DigitalOcean
    ("hvs.", r"\bhvs\.[\w-]{20,}"),  # HashiCorp Vault
    (".atlasv1.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}"),  # Terraform
    ("dapi", r"\bdapi[a-f0-9]{32}(?:-\d)?\b"),  # Databricks
    ("sbp_", r"\bsbp_[a-f0-9]{40}\b"),  # Supabase
    ("pscale_", r"\bpscale_(?:tkn|pw|oauth)_[\w.-]{32,}"),  # PlanetScale
    ("dckr_", r"\bdckr_[po]at_[\w-]{20,}"),  # Docker
)
_CODE = (
    *((f"gh{kind}_", rf"\bgh{kind}_[A-Za-z0-9]{{36,255}}\b") for kind in "pousr"),  # GitHub
    ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{22,255}\b"),
    ("gl", r"\bgl(?:pat|dt|rt|ptt|soat|cbt|ft|imt|agent|oas)-[\w.-]{20,}"),  # GitLab
    ("npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("pypi-", r"\bpypi-AgE[\w-]{50,}"),
    ("rubygems_", r"\brubygems_[a-f0-9]{48}\b"),
    ("atatt3", r"\bATATT3[\w=-]{60,}"),  # Atlassian
    ("lin_api_", r"\blin_api_[A-Za-z0-9]{32,}\b"),  # Linear
    ("figd_", r"\bfigd_[\w-]{32,}"),  # Figma
    ("pmak-", r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b"),  # Postman
    ("nrak-", r"\bNRAK-[A-Z0-9]{27}\b"),  # New Relic
    ("glsa_", r"\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}\b"),  # Grafana
    ("glc_", r"\bglc_[A-Za-z0-9+/]{32,}=*"),
)
_MODELS = (
    ("sk-", r"\bsk-[A-Za-z0-9_-]{20,}"),  # OpenAI, Anthropic and those who follow them
    ("hf_", r"\bhf_[A-Za-z0-9]{30,}\b"),  # Hugging Face
    ("gsk_", r"\bgsk_[A-Za-z0-9]{40,}\b"),  # Groq
    ("xai-", r"\bxai-[A-Za-z0-9]{40,}\b"),
    ("r8_", r"\br8_[A-Za-z0-9]{37,}\b"),  # Replicate
    ("pplx-", r"\bpplx-[A-Za-z0-9]{40,}\b"),  # Perplexity
)
_MESSAGES = (
    ("xox", r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}"),  # Slack, also tokens that rotate
    ("xapp-", r"\bxapp-\d-[A-Za-z0-9-]{10,}"),
    ("hooks.slack.com", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[\w/+-]{20,}"),
    ("/webhooks/", r"(?<=/webhooks/)\d{17,20}/[\w-]{60,}"),  # Discord
    (".", r"(?<=[\"'=\s])[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}"),
    (":aa", r"\b\d{8,10}:AA[\w-]{33}\b"),  # Telegram
    ("sg.", r"\bSG\.[\w-]{22}\.[\w-]{43}"),  # SendGrid
    ("key-", r"\bkey-[a-f0-9]{32}\b"),  # Mailgun
    ("ntn_", r"\bntn_[A-Za-z0-9]{40,}\b"),  # Notion
    ("secret_", r"\bsecret_[A-Za-z0-9]{43}\b"),
)
_TRADE = (
    ("k_live_", r"\b[sr]k_live_[A-Za-z0-9]{10,}"),  # Stripe
    ("k_test_", r"\b[sr]k_test_[A-Za-z0-9]{10,}"),
    ("whsec_", r"\bwhsec_[A-Za-z0-9+/=]{20,}"),
    ("shp", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),  # Shopify
)
_PROTOCOLS = (
    ("eyj", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),  # JSON web tokens
    ("bearer ", r"(?i:(?<=bearer ))[\w.~+/=-]{20,}"),
    ("basic ", rf"(?i:(?<=basic )){_MIXED}{_BASE64}(?![\w+/=-])"),
    ("://", r"(?<=://)[\w-]{20,}(?=@)"),  # a token alone in an address
    ("key=", r"(?i:(?<=[?&]key=)|(?<=[?&]api_key=))[\w%.~+-]{16,}"),  # in the query of an address
    ("token=", r"(?i:(?<=[?&]token=)|(?<=[?&]access_token=))[\w%.~+-]{16,}"),
    ("sig=", r"(?i:(?<=[?&]sig=))[\w%.~+-]{16,}"),
)
SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (mark, re.compile(shape))
    for mark, shape in (*_BLOCKS, *_CLOUDS, *_CODE, *_MODELS, *_MESSAGES, *_TRADE, *_PROTOCOLS)
)
"""Each with a lower-case part that it must contain: looking for that first is twenty times faster."""

GIVEN: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (mark, re.compile(shape, re.IGNORECASE))
    for mark, shape in (
        ("://", r"(?<=://)(?P<hidden>[^/\s:@'\"{}$<>()\[\]\\]*:(?P<value>[^/\s'\"\\<>]{3,}))(?=@)"),
        (
            "auth",
            r"(?:\bauth\s*=\s*\w*|BasicAuth)\(\s*[\"'][^\"'\n]*[\"']\s*,\s*[a-z]?[\"'](?P<hidden>(?P<value>[^\"'\n]{3,}))",
        ),
        (
            "curl",
            r"\bcurl\b[^\n]{0,200}?\s[\"']?(?:-u|--user)[\"']?[,=\s]*[\"']?[^\s:\"']+:(?P<hidden>(?P<value>[^\s\"']{3,}))",
        ),
        (
            "authorization",
            (
                r"authorization[\"'\]]*\s*[:=,]\s*[a-z]{0,2}[\"']?(?:(?:token|api-?key|key)\s+)?(?:token=)?"
                r"(?P<hidden>(?P<value>(?=[a-z_.~+/=-]*\d)[\w.~+/=-]{20,}))"
            ),
        ),
    )
)
"""Where a ``value`` that is no placeholder makes ``hidden`` a secret, each with a part that it must contain."""
