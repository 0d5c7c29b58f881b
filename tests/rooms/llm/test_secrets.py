"""Secret values and files, in the formats that their issuers document. All keys here are made up as the tests run."""

from __future__ import annotations

import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.llm import is_secret_file, redact

LETTERS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def made_up(size: int, alphabet: str = LETTERS) -> str:
    draw = random.Random(size)  # noqa: S311 - the keys only have to look like keys
    return "".join(draw.choices(alphabet, k=size))


KEYS = {
    "an AWS access key id": "AKIA" + made_up(16, string.ascii_uppercase + string.digits),
    "a temporary AWS key id": "ASIA" + made_up(16, string.ascii_uppercase + string.digits),
    "a GitHub token": "ghp_" + made_up(36),
    "a GitHub app token": "ghs_" + made_up(36),
    "a fine-grained GitHub token": "github_pat_" + made_up(82),
    "a GitLab token": "glpat-" + made_up(20),
    "an OpenAI key": "sk-" + made_up(48),
    "an OpenAI project key": "sk-proj-" + made_up(120, LETTERS + "-_") + "x",
    "an Anthropic key": "sk-ant-api03-" + made_up(93) + "AA",
    "a Slack bot token": f"xoxb-{made_up(12, string.digits)}-{made_up(24)}",
    "a Slack webhook": f"https://hooks.slack.com/services/T{made_up(8)}/B{made_up(8)}/{made_up(24)}",
    "a Google API key": "AIza" + made_up(35),
    "a Google client secret": "GOCSPX-" + made_up(28),
    "a Stripe key": "sk_live_" + made_up(24),
    "a Stripe restricted key": "rk_test_" + made_up(24),
    "a web token": f"eyJ{made_up(20)}.eyJ{made_up(40)}.{made_up(43)}",
    "an npm token": "npm_" + made_up(36),
    "a PyPI token": "pypi-AgE" + made_up(80),
    "a Hugging Face token": "hf_" + made_up(34),
    "a SendGrid key": f"SG.{made_up(22)}.{made_up(43)}",
    "a rotating Slack token": f"xoxe.xoxp-1-{made_up(40)}",
    "a Slack app token": f"xapp-1-A{made_up(10)}-{made_up(12, string.digits)}-{made_up(64)}",
    "a Google access token": "ya29." + made_up(60),
    "a Stripe webhook secret": "whsec_" + made_up(32),
    "an age key": "AGE-SECRET-KEY-1" + made_up(58, string.ascii_uppercase + string.digits),
    "a Docker token": "dckr_pat_" + made_up(27),
    "a Vault token": "hvs." + made_up(90),
    "a Shopify token": "shpat_" + made_up(32, HEX),
    "a Groq key": "gsk_" + made_up(52),
    "an xAI key": "xai-" + made_up(80),
    "a GitLab deploy token": "gldt-" + made_up(20),
    "a GitLab runner token": "glrt-" + made_up(20),
    "a GitLab trigger token": "glptt-" + made_up(40, HEX),
    "a routable GitLab token": f"glpat-{made_up(27)}.01.{made_up(9)}",
    "a Discord webhook": f"https://discord.com/api/webhooks/{made_up(18, string.digits)}/{made_up(68)}",
    "an Azure client secret": f"{made_up(3)}8Q~{made_up(34)}",
    "an Azure bus key": f"Endpoint=sb://a.example.org/;SharedAccessKeyName=Root;SharedAccessKey={made_up(43)}=",
    "a Google refresh token": "1//0" + made_up(60),
    "a Databricks token": "dapi" + made_up(32, HEX),
    "a Linear key": "lin_api_" + made_up(40),
    "a Notion token": "ntn_" + made_up(46),
    "an older Notion token": "secret_" + made_up(43),
    "a Figma token": "figd_" + made_up(40),
    "a Grafana token": f"glsa_{made_up(32)}_{made_up(8, HEX)}",
    "a Grafana cloud token": "glc_" + made_up(60),
    "an Atlassian token": "ATATT3xFfGF0" + made_up(180),
    "a Replicate token": "r8_" + made_up(37),
    "a Perplexity key": "pplx-" + made_up(48),
    "a Postman key": f"PMAK-{made_up(24, HEX)}-{made_up(34, HEX)}",
    "a RubyGems key": "rubygems_" + made_up(48, HEX),
    "a Supabase token": "sbp_" + made_up(40, HEX),
    "a PlanetScale token": "pscale_tkn_" + made_up(43),
    "a New Relic key": "NRAK-" + made_up(27, string.ascii_uppercase + string.digits),
    "a Terraform token": f"{made_up(14)}.atlasv1.{made_up(67)}",
    "a Mailgun key": "key-" + made_up(32, HEX),
    "an encrypted key": f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{made_up(66)}\n-----END ENCRYPTED PRIVATE KEY-----",
    "a private key": f"-----BEGIN RSA PRIVATE KEY-----\n{made_up(64)}\n{made_up(65)}\n-----END RSA PRIVATE KEY-----",
    "an OpenSSH key": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{made_up(70)}\n-----END OPENSSH PRIVATE KEY-----",
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("around", ['client = Client("{}")\n', "# {} is mine\n", "KEY={}\n", "{}"])
def test_a_key_of_a_known_shape_is_hidden_wherever_it_stands(kind: str, around: str) -> None:
    told = re.split(r"\n|https?://[a-z./]*(?:services|webhooks)/|SharedAccessKey=", KEYS[kind])[-1]
    assert all(line not in redact(around.replace("{}", KEYS[kind])) for line in (*KEYS[kind].splitlines(), told))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('password = "hunter2"', "hunter2"),
        ("db_password: str = 'correct-horse'", "correct-horse"),
        ('{"password": "hunter2", "user": "me"}', "hunter2"),
        ('connect(passwd="hunter2")', "hunter2"),
        ('password = "hunter2', "hunter2"),
        ("PASSWORD=hunter2!", "hunter2!"),
        ("export API_TOKEN=9f8a7b6c5d4e3f2a1b0c", "9f8a7b6c5d4e3f2a1b0c"),
        ("  secret: 9f8a7b6c5d4e3f2a1b0c", "9f8a7b6c5d4e3f2a1b0c"),
        ('os.environ["API_KEY"] = "9f8a7b6c5d4e3f2a1b0c"', "9f8a7b6c5d4e3f2a1b0c"),
        ('aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY"', "wJalrXUtnFEMI"),
        (f"[default]\naws_secret_access_key = {made_up(40)}\n", made_up(40)),
        (f'boto3.client("aws", {made_up(40)!r})', made_up(40)),
        (f"git clone https://{made_up(40)}@github.com/me/stock", made_up(40)),
        (f"https://api.example.org/v1?user=me&api_key={made_up(32)}", made_up(32)),
        (f"https://maps.example.org/js?key={made_up(39)}&v=3", made_up(39)),
        (f"https://stock.blob.example.org/a?sv=2024&sig={made_up(43)}%3D", made_up(43)),
        ("redis://:hunter2@cache.example.org:6379/0", "hunter2"),
        ("amqps://stock:p%40ss-w0rd@queue.example.org", "p%40ss-w0rd"),
        ("postgres://me:hunter2@db.example.org/stock", "hunter2"),
        ('"Authorization": "Bearer 9f8a7b6c5d4e3f2a1b0c9f8a"', "9f8a7b6c5d4e3f2a1b0c9f8a"),
        ('"Authorization": "Basic bWU6aHVudGVyMiE="', "bWU6aHVudGVyMiE="),
        ('password = "$3cretPa55w0rd"', "$3cretPa55w0rd"),
        ('password = "hunter2>"', "hunter2>"),
        ('password = "geheim$parole"', "geheim"),
        ('SECRET_KEY = "%k3j9f8a7b6c5d4e3f2a1b0c"', "%k3j9f8a7b6c5d4e3f2a1b0c"),
        ('password = "exampleS3cret99"', "exampleS3cret99"),
        ('password = "hunter2%d"', "hunter2"),
        ('password = "50%off%"', "50%off"),
        ('password = "hunter2$(x)"', "hunter2"),
        ('api_key="a8Fk29dkLq02%s"', "a8Fk29dkLq02"),
        ('password = " hunter22 "', "hunter22"),
        ('passphrase = "correct horse battery staple"', "correct horse"),
        ('DB_PASS = "hunter2abc"', "hunter2abc"),
        ('API_TOKEN = (\n    "9f8a7b6c5d4e3f2a1b0c"\n)', "9f8a7b6c5d4e3f2a1b0c"),
        ('password: str | None = "hunter2"', "hunter2"),
        ('password: Optional[str] = "hunter2"', "hunter2"),
        ('password: dict[str, list[str]] | None = "hunter2"', "hunter2"),
        (f'API_KEY: Final[str] = "{made_up(32)}"', made_up(32)),
        (f'AZURE_OPENAI_KEY = "{made_up(32, HEX)}"', made_up(32, HEX)),
        (f'SERVICE_KEY = "{made_up(32)}"', made_up(32)),
        ('pw = "hunter2secret"', "hunter2secret"),
        ('password = \\\n    "hunter2abc"', "hunter2abc"),
        ('password = "hunter2" "rest1234"', "rest1234"),
        ('password = (\n    "hunter2"\n    "rest1234"\n)', "rest1234"),
        ('password = "hun\'ter2"', "ter2"),
        ('{\\"password\\": \\"hunter2\\"}', "hunter2"),
        ('os.getenv(\n    "API_KEY",\n    "9f8a7b6c5d4e3f2a1b0c",\n)', "9f8a7b6c5d4e3f2a1b0c"),
        ('if password != "hunter2":', "hunter2"),
        ('"DRIVER={ODBC};SERVER=x;UID=sa;PWD=Str0ngP@ss;"', "Str0ng"),
        ('"Server=x;User Id=sa;Password=Str0ngPass1"', "Str0ng"),
        ('"Password=Str0ngPass1;Server=x"', "Str0ng"),
        ('"host=localhost user=app password=S3cr3tPw dbname=x"', "S3cr3t"),
        ('"password=S3cr3tPw host=localhost"', "S3cr3t"),
        ('"jdbc:mysql://h/db?user=a&password=Sup3rS3cret"', "Sup3r"),
        ('"postgresql://app:p@ssW0rd!x@db.host:5432/x"', "ssW0rd"),
        ('requests.get(url, auth=("admin", "Sup3rS3cret!"))', "Sup3r"),
        ('requests.get(url, auth=HTTPBasicAuth("admin", "Sup3rS3cret!"))', "Sup3r"),
        (f'headers = {{"Authorization": "token {made_up(40, HEX)}"}}', made_up(40, HEX)),
        ("curl -u admin:hunter2 https://example.org", "hunter2"),
        ('run(["curl", "--user", "admin:hunter2"])', "hunter2"),
        ('user.set_password("hunter2abc")', "hunter2"),
        ('user.setPassword("hunter2abc")', "hunter2"),
        (f'client.run("M{made_up(23)}.{made_up(6)}.{made_up(38)}")', made_up(38)),
        ('Fernet(b"' + made_up(43) + '=")', made_up(43)),
        (f"{KEYS['a private key'].splitlines()[1]}\n-----END RSA PRIVATE KEY-----", KEYS["a private key"][40:80]),
    ],
)
def test_a_value_is_hidden_by_the_name_it_is_given_to(text: str, secret: str) -> None:
    assert secret not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        'token = "NAME"',
        'TOKEN_PATTERN = r"[a-z]+"',
        'password = os.environ["PASSWORD"]',
        'password = ""',
        'password = "<your password>"',
        'password = "$DB_PASSWORD"',
        'password = "${DB_PASSWORD:-none}"',
        'password = "{{ vault.password }}"',
        'password = "%(password)s"',
        'password = "example-password"',
        'ValidationError("password", "The two passwords differ.")',
        'outcomes = {"pass": "green", "fail": "red"}',
        'names = ["test_pass", "test_summary"]',
        "# basic authentication, basic types, a basic Initialization(x=1) of it, see basic Examples/Tutorial2",
        'assert passphrase, "the passphrase must not be empty"',
        'first_pass = "lexer"',
        'password = "%s%(host)s"',
        'prompt = "Enter your password: "',
        'key = "customer_id"',
        'api_key_variable: str = "OPENAI_API_KEY"',
        'secret_name = "stock-settings"',
        "token = tokens[index]",
        "password = getpass()",
        'url = f"postgres://{user}:{password}@{host}/stock"',
        "digest = hashlib.sha256(text).hexdigest()",
        'aws_version = "9fceb02d0ae598e95dc970b74767f19372d61af8"',
        "# see https://docs.aws.example.org/general/latest/userguide/configure-the-client-2.html",
        "url = base + '?key=' + name",
        'PASSWORD_RESET_URL = "/accounts/reset/"',
        'TOKEN_URL = "https://login.example.org/common/oauth2/v2.0/token"',
        'tokenUrl = "https://login.example.org/common/oauth2/v2.0/token"',
        'oauth_token = "https://login.example.org/common/oauth2/v2.0/token"',
        'token_re = r"[a-z]+[0-9]*(?:x|y)"',
        'credentials_path = "/etc/creds2/app.json"',
        'credentials = "/etc/creds2/app.json"',
        'password_field = "password-input"',
        'password_validators = "django.contrib.auth.password_validation.MinimumLengthValidator8"',
        'PASSWORD = "PASSWORD"',
        'api_key_header = "X-API-Key-Header-1"',
        'secret_name = "projects/p/secrets/db-password-v2"',
        'pattern = r"://(\\w+):(\\w+)@"',
        'pattern = r"://([^:]+):([^@]+)@"',
        'url = f"https://user:{password}@{host}/"',
        'url = "https://user:${PASSWORD}@example.org/"',
        'def login(password: str, name="bob"): ...',
        'cache_key = "user:profile:v2:all-1"',
        '"password_get_info",\n"password_hash",\n"random_bytes_of_2",',
        'token = r"[-!#$%&*+.^_`|~0-9a-zA-Z]+"',
        'sort_key = "created_at_descending_2"',
        "connect(host=host, user=user, password=password)",
        'if "-----BEGIN PRIVATE KEY-----" in text:\n    return "a key"\n',
        'get_password("stock-service")',
        "git@github.com:me/stock.git and https://me@example.org/stock",
        'version = "1.2.3"; commit = "9fceb02d0ae598e95dc970b74767f19372d61af8"',
    ],
)
def test_ordinary_code_is_left_alone(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("piece", ["password", "curl ", "token_", '{"key":"a",', "auth=(", "password: a | ", "://a:b"])
def test_a_long_text_of_anything_is_read_in_no_more_than_its_length(piece: str) -> None:
    assert len(redact(piece * (100_000 // len(piece)))) > 1  # what takes a square of the time would take minutes


@given(st.text(max_size=300))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "path",
    [
        "/project/.env",
        "file:///project/.env.local",
        "/project/prod.env",
        "/home/me/.ssh/config",
        "id_rsa",
        "/keys/server.pem",
        "C:\\project\\.env",
        "/project/credentials.json",
        "/home/me/.aws/config",
        "/home/me/.netrc",
        "/project/service-account-prod.json",
        "/project/secrets.yaml",
        "/project/terraform.tfstate",
        "/project/.envrc",
        "/project/.vault_pass",
        "/project/client_secret_123.apps.googleusercontent.com.json",
    ],
)
def test_a_file_of_secrets_is_known_by_its_name(path: str) -> None:
    assert is_secret_file(path)


@pytest.mark.parametrize(
    "path", ["/project/environment.py", "/project/.env.example", "/project/secrets.py", "/project/keys.py", ""]
)
def test_other_files_may_be_read(path: str) -> None:
    assert not is_secret_file(path)
