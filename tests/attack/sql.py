#!/usr/bin/python3
"""sql.py - asks every address of a running daemon what SQL injection looks like.

    sql.py SETTINGS missing              addresses without a request in requests.json, and the other way round
    sql.py SETTINGS quick FILE [all]     sends sql.txt; a JSON summary to FILE
    sql.py SETTINGS sqlmap FILE          sqlmap over each address as each role that may call it, and over a control
                                         that is injectable; a JSON summary to FILE

SETTINGS is JSON: web, sync (host:port), ca, psql (a command), requests, payloads, routes (what tests/lib/routes
prints), keys (a directory with station.key, .pem, .token), people ({login: [role, password, secret]}), ids (what
"$name" in requests.json stands for), and for sqlmap: workers, log.

What a program of attack does not know, this one adds at the last moment, to each request: the session (a new one
when the last has ended), the mark of our pages, the certificate of a station, the next number of its replica, and
ids that must be new. So sqlmap speaks plain HTTP to a relay in here, and the daemon hears TLS from the right person.
"""
import base64
import contextlib
import copy
import hmac
import http.client
import http.server
import json
import os
import re
import socketserver
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid


def totp(secret):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), "sha1").digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


class Database:
    """What the test does behind the daemon's back: no try is counted and no code is used up, or nobody could go on."""

    forgiving = """DELETE FROM auth.attempt WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth.attempt FOR UPDATE SKIP LOCKED));
        UPDATE auth.factor SET last_step = 0 WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth.factor WHERE last_step <> 0 FOR UPDATE SKIP LOCKED));
        """

    def __init__(self, command):
        self.psql = subprocess.Popen(command + ["-qAtX"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL, text=True)
        self.lock = threading.Lock()
        threading.Thread(target=self.forgive, daemon=True).start()

    def forgive(self):
        while self.psql.poll() is None:
            with self.lock:
                self.psql.stdin.write(self.forgiving)
                self.psql.stdin.flush()
            time.sleep(0.1)


class Caller:
    """A person in a browser, a station, or nobody: a connection, and what admits it."""

    number = int(time.time() * 10)  # of the replica's next request
    turn = threading.RLock()  # numbers arrive in the order they are given out

    def __init__(self, settings, who, listener):
        self.settings, self.who, self.listener = settings, who, listener
        self.context = ssl.create_default_context(cafile=settings["ca"])
        self.context.check_hostname = False  # 127.0.0.1 by a random port; the chain is what is verified
        self.station = listener == "sync"
        if self.station:
            keys = settings["keys"]
            self.context.load_cert_chain(keys + "/station.pem", keys + "/station.key")
            self.token = open(keys + "/station.token").read().strip()
        self.jar, self.cookie, self.connection, self.signed_in_at = {}, "", None, 0

    def raw(self, method, path, body, headers):
        for again in (False, True):
            try:
                if self.connection is None:
                    host, port = self.settings[self.listener].split(":")
                    self.connection = http.client.HTTPSConnection(host, int(port), context=self.context, timeout=60)
                self.connection.putrequest(method, path, skip_accept_encoding=True)
                for name, value in headers.items():
                    self.connection.putheader(name, value)
                if body is not None:
                    self.connection.putheader("Content-Length", str(len(body)))
                self.connection.endheaders(body)
                answer = self.connection.getresponse()
                self.keep_cookies(answer.headers.get_all("Set-Cookie") or [])
                return answer.status, dict(answer.getheaders()), answer.read()
            except (http.client.HTTPException, OSError):
                self.connection = None
                if again:
                    raise

    def keep_cookies(self, given):
        for line in given:
            name, value = line.split(";")[0].split("=", 1)
            self.jar[name] = value
        self.cookie = "; ".join("%s=%s" % one for one in self.jar.items() if one[1])

    def post(self, path, value):
        headers = {"Content-Type": "application/json", "X-Casebridge": "web", "Origin": "https://" + self.settings["web"]}
        if self.cookie:
            headers["Cookie"] = self.cookie
        status, _, body = self.raw("POST", path, json.dumps(value).encode(), headers)
        return status, json.loads(body or b"{}")

    def sign_in(self):
        """As far as its kind of person goes; 'half:LOGIN' stops before the second factor."""
        login = self.who.split(":")[-1]
        role, password, secret = self.settings["people"][login]
        self.jar.pop("__Host-session", None)
        self.keep_cookies([])
        self.signed_in_at = time.time()
        for _ in range(40):
            status, said = self.post("/v1/session", {"login": login, "password": password})
            if status == 201 and said.get("step") == "factor" and not self.who.startswith("half:"):
                status, said = self.post("/v1/session/factor", {"code": totp(secret)})
            if status in (200, 201):
                return
            time.sleep(0.1)
        raise RuntimeError("%s does not get in: %s %s" % (self.who, status, said))

    def admitted(self, headers):
        out = dict(headers)
        if self.station:
            out.setdefault("Authorization", "Bearer " + self.token)
        elif self.who != "nobody":
            if "__Host-session" not in self.jar or time.time() - self.signed_in_at > 240:
                self.sign_in()
            out.setdefault("Cookie", self.cookie)
        if not self.station:
            out.setdefault("X-Casebridge", "web")
            out.setdefault("Origin", "https://" + self.settings["web"])
        return out

    def ask(self, method, path, body, headers):
        """→ status, headers, body. Who is signed out signs in and asks once more."""
        own = "Cookie" in headers
        for again in (False, True):
            status, got, said = self.raw(method, path, body, self.admitted(headers))
            if status == 401 and not again and not own and not self.station and self.who != "nobody":
                self.jar.pop("__Host-session", None)
                continue
            return status, got, said

    @classmethod
    def next_number(cls):
        with cls.turn:
            cls.number += 1
            return cls.number


class Requests:
    """requests.json, with the ids filled in as late as can be."""

    def __init__(self, settings):
        self.settings = settings
        self.table = json.load(open(settings["requests"]))
        self.routes = {}
        for line in open(settings["routes"]):
            method, path, on, need, lane, body, query, who, roles = line.rstrip("\n").split("\t")[:9]
            self.routes[method + " " + path] = {"method": method, "path": path, "on": on.split(), "lane": lane,
                                                "body": body != "0", "query": query.replace("-", "").split(),
                                                "roles": roles.split() if roles != "-" else []}

    def missing(self):
        wrong = sorted(set(self.routes) ^ set(self.table))
        for name, route in self.routes.items():
            for shape in self.shapes(name):
                paths = set(re.findall("{([a-z0-9]+)}", route["path"]))
                if paths != set(shape.get("path", {})):
                    wrong.append(name + ": path")
                if not set(shape.get("query", {})) <= set(route["query"]):
                    wrong.append(name + ": query")
            asked = set().union(*(shape.get("query", {}) for shape in self.shapes(name)))
            if asked != set(route["query"]):
                wrong.append(name + ": a query name of it is in no request")
        return wrong

    def shapes(self, name):
        first = dict(self.table.get(name, {}))
        more = first.pop("more", [])
        return [first] + [dict({"path": first["path"]} if "path" in first else {}, **one) for one in more]

    def fill(self, text):
        """The names in a text; each "$new" another id."""
        text = re.sub(r"\$new", lambda _: str(uuid.uuid4()), text)
        text = re.sub(r"\$number", lambda _: str(Caller.next_number()), text)
        return re.sub(r"\$([a-z]+)", lambda m: self.settings["ids"].get(m.group(1), m.group(0)), text)

    @staticmethod
    def points(shape):
        """Where something can be put in: paths into the shape."""
        out = []

        def walk(value, at):
            if isinstance(value, dict):
                for key, inner in value.items():
                    walk(inner, at + [key])
            elif isinstance(value, list):
                for i, inner in enumerate(value[:2]):
                    walk(inner, at + [i])
            else:
                out.append(at)
        for part in ("path", "query", "headers", "body"):
            if part in shape:
                walk(shape[part], [part])
        if shape.get("body"):
            out.append(["body", None])  # the name of a member
        return [at for at in out if at[1:] != ["Sync-Req"]]

    @staticmethod
    def put(shape, at, text):
        """The shape with `text` at that place; "{}" in it is the proper value."""
        shape = copy.deepcopy(shape)
        inner = shape
        if at[-1] is None:
            inner["body"][text.replace("{}", "x")] = "x"
            return shape
        for key in at[:-1]:
            inner = inner[key]
        old = inner[at[-1]]
        inner[at[-1]] = text.replace("{}", old if isinstance(old, str) else json.dumps(old), 1) if "{}" in text else text
        return shape

    def made(self, name, shape):
        """→ method, path, body, headers of a shape, all filled in."""
        route = self.routes[name]
        path = re.sub("{([a-z0-9]+)}", lambda m: urllib.parse.quote(self.fill(shape["path"][m.group(1)]), safe=""), route["path"])
        if shape.get("query"):
            path += "?" + "&".join(k + "=" + urllib.parse.quote(self.fill(v), safe="") for k, v in shape["query"].items())
        headers = {k: self.fill(v) for k, v in shape.get("headers", {}).items()}
        body = None
        if "raw" in shape:
            headers["Content-Type"], body = "application/offset+octet-stream", shape["raw"].encode()
        elif "body" in shape:
            headers["Content-Type"] = "application/json"
            body = self.filled_body(shape["body"])
        elif route["body"]:
            headers["Content-Type"], body = "application/json", b"{}"
        return route["method"], path, body, headers

    def filled_body(self, value):
        def walk(inner):
            if isinstance(inner, dict):
                return {k: walk(v) for k, v in inner.items()}
            if isinstance(inner, list):
                return [walk(v) for v in inner]
            return self.fill(inner) if isinstance(inner, str) else inner
        return json.dumps(walk(value), ensure_ascii=False).encode()

    def listener(self, name):
        return "web" if "web" in self.routes[name]["on"] else "sync"

    def person(self, name, shape, role=None):
        """Who asks: the first person of a role that may, or of the one that is wanted."""
        wanted = shape.get("as")
        roles = self.routes[name]["roles"]
        if wanted in ("nobody", "ops", "spare") or self.listener(name) == "sync":
            return wanted or "station"
        if wanted == "half":
            return "half:" + self.of_role("system_admin")
        return self.of_role(role or wanted or (roles[0] if roles else "social_worker"))

    def of_role(self, role):
        return next(login for login, (its, _, _) in self.settings["people"].items() if its == role)


def sendable(headers):
    return all(re.fullmatch(r"[\x20-\x7e]*", value) for value in headers.values())


def bare(body, texts):
    """An answer without what is another each time, nor what was said to it."""
    text = body.decode("utf-8", "replace")
    for one in sorted(texts, key=len, reverse=True):
        for form in (json.dumps(one, ensure_ascii=False)[1:-1], json.dumps(one)[1:-1], one):
            text = text.replace(form, "P")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "U", text)
    text = re.sub(r"[0-9A-Za-z_-]{22,}|[0-9a-f]{16}", "B", text)
    return re.sub(r"\d+", "0", text)


class Quick:
    def __init__(self, settings, everything):
        self.settings, self.everything = settings, everything
        self.requests = Requests(settings)
        self.pairs, self.ones = [], []
        for line in open(settings["payloads"], encoding="utf-8"):
            kind, *texts = line.rstrip("\n").split("\t")
            if kind == "pair":
                self.pairs.append(texts)
            elif kind == "one":
                self.ones.append(texts[0])
        self.lock = threading.Lock()
        self.out = {"requests": 0, "addresses": 0, "points": 0, "answers": {}, "wrong": []}
        self.callers = threading.local()

    def caller(self, who, listener):
        mine = self.callers.__dict__.setdefault("all", {})
        if who not in mine:
            mine[who] = Caller(self.settings, who, listener)
        return mine[who]

    def send(self, name, shape, who):
        caller = self.caller(who, self.requests.listener(name))
        with Caller.turn if caller.station else contextlib.nullcontext():
            method, path, body, headers = self.requests.made(name, shape)
            if not sendable(headers):
                return None
            status, _, said = caller.ask(method, path, body, headers)
        with self.lock:
            self.out["requests"] += 1
            key = str(status)
            self.out["answers"][key] = self.out["answers"].get(key, 0) + 1
            if status >= 500:
                self.wrong(name, "answered %d" % status, path, body)
        return status, said

    def wrong(self, *what):
        if len(self.out["wrong"]) < 200:
            self.out["wrong"].append([w if isinstance(w, str) else repr(w)[:600] for w in what])

    def answer(self, name, shape, at, texts, which, who):
        got = self.send(name, self.requests.put(shape, at, "{}" + texts[which]), who)
        return got and (got[0], bare(got[1], texts))

    def pair(self, name, shape, at, texts, who):
        """Three times, because what others write meanwhile makes answers differ, too: each must keep to its own."""
        seen = [set(), set()]
        for _ in range(3):
            for which in (0, 1):
                seen[which].add(self.answer(name, shape, at, texts, which, who))
            if seen[0] & seen[1] or max(map(len, seen)) > 1:
                return
        with self.lock:
            self.wrong(name, "answers true and false differently", "/".join(map(str, at)), texts[0])

    def address(self, name):
        """Not everything: every fifth pair at each place, and every third line once; another third at the next address."""
        turn, few = sorted(self.requests.table).index(name), not self.everything
        with self.lock:
            self.out["addresses"] += 1
        for shape in self.requests.shapes(name):
            if shape.get("as") in ("ops", "spare"):
                continue
            who = self.requests.person(name, shape)
            points = self.requests.points(shape)
            with self.lock:
                self.out["points"] += len(points)
            for at in points:
                turn += 1
                for texts in self.pairs[turn % 5::5] if few else self.pairs:
                    self.pair(name, shape, at, texts, who)
            for text in self.ones[turn % 3::3] if few else self.ones:
                turn += 1
                for at in points[turn % len(points):][:1] if few and points else points:
                    for form in ("{}" + text, text)[turn % 2:][:1] if few else ("{}" + text, text):
                        self.send(name, self.requests.put(shape, at, form), who)

    def run(self, workers=3):
        waiting = sorted(self.requests.table)

        def work():
            while True:
                with self.lock:
                    if not waiting:
                        return
                    name = waiting.pop()
                try:
                    self.address(name)
                except Exception as broken:  # whatever it is, it is a finding
                    with self.lock:
                        self.wrong(name, "broke", repr(broken))
        threads = [threading.Thread(target=work) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.out


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64


def relay(settings, requests, seen):
    """Plain HTTP in, the daemon's answer out: /LISTENER/WHO/v1/…"""
    idle = {}
    lock = threading.Lock()

    def ask(listener, who, *request):
        """By a caller who is signed in already, where there is one."""
        with lock:
            caller = idle[who].pop() if idle.get(who) else None
        caller = caller or Caller(settings, who, listener)
        try:
            with Caller.turn if caller.station else contextlib.nullcontext():
                return caller.ask(*request)
        finally:
            with lock:
                idle.setdefault(who, []).append(caller)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def serve(self):
            listener, who, path = self.path[1:].split("/", 2)
            who = urllib.parse.unquote(who)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else None
            own = {"host", "connection", "content-length", "accept-encoding", "cache-control", "accept", "user-agent"}
            headers = {k: requests.fill(v) for k, v in self.headers.items() if k.lower() not in own}
            path = "/" + re.sub("%24([a-z]+)", lambda m: requests.fill("$" + m.group(1)), path)
            path = re.sub(r"\$[a-z]+", lambda m: requests.fill(m.group(0)), path)
            path = urllib.parse.quote(path, safe="/?=&%$!*'(),;:@+.-_~")
            if body is not None and b"$" in body:
                body = requests.fill(body.decode("utf-8", "replace")).encode()
            try:
                status, got, said = ask(listener, who, self.command, path, body, headers)
            except Exception as broken:
                status, got, said = 599, {}, repr(broken).encode()
            with lock:
                seen["requests"] += 1
                seen["answers"][str(status)] = seen["answers"].get(str(status), 0) + 1
                if status >= 500 and len(seen["wrong"]) < 100:
                    seen["wrong"].append([self.command, path, (body or b"").decode("utf-8", "replace")[:400], status])
            # sqlmap gives up at many a status and is slow with long pages: the one is a part of the page here, the other its beginning.
            if len(said) > 4096:
                said = b"%d bytes\n%s" % (len(said), said[:4096])
            said = b"%d\n" % status + b"".join(b"%s\n" % got[n].encode() for n in ("Content-Range", "Upload-Offset") if n in got) + said
            self.send_response_only(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said)

        do_GET = do_POST = do_DELETE = do_PATCH = do_HEAD = do_PUT = serve

        def log_message(self, *_):
            pass
    return Handler


def control():
    """What a daemon would be that pastes: the same kinds of parameters, a statement made of text."""
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.executescript("CREATE TABLE person(id TEXT, name TEXT); INSERT INTO person VALUES('a1','li'),('a2','wang'),('a3','zhao')")
    lock = threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def serve(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else b"{}"
            parts = urllib.parse.urlsplit(self.path)
            query = dict(urllib.parse.parse_qsl(parts.query))
            try:
                wanted = json.loads(body).get("id") or query.get("id") or urllib.parse.unquote(parts.path.rsplit("/", 1)[1])
                with lock:
                    rows = database.execute("SELECT id, name FROM person WHERE id = '%s'" % wanted).fetchall()
                status, said = (200, {"rows": rows}) if rows else (404, {"code": "not_found"})
            except (sqlite3.Error, ValueError, AttributeError):
                status, said = 422, {"code": "bad_input"}
            said = json.dumps(said).encode()
            self.send_response_only(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = serve

        def log_message(self, *_):
            pass
    return Handler


def serve(handler):
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d" % server.server_address[1]


class Sqlmap:
    """One run of sqlmap a request; what it concluded is read from what it prints. It asks whether to test at all, because
    its input is no terminal."""

    found = re.compile("sqlmap identified the following injection point|is vulnerable|appears to be '.*' injectable")
    nothing = "all tested parameters do not appear to be injectable"

    def __init__(self, settings):
        self.settings = settings
        self.home = settings["log"] + ".d"
        os.makedirs(self.home, exist_ok=True)

    def command(self, home, url, method, data, headers, deep):
        out = ["sqlmap", "-u", url, "--method", method, "--batch", "--flush-session", "--keep-alive", "--disable-coloring",
               "--dbms", "PostgreSQL", "--threads", "1", "--time-sec", "4", "--timeout", "20",
               "--retries", "1", "--output-dir", home, "--answers", "test this URL=Y,do you want to process it=Y,want to skip=N"]
        out += ["--level", "1", "--risk", "2"] if deep else ["--level", "1", "--risk", "1", "--technique", "BE"]
        if data is not None:
            out += ["--data", data, "-H", "Content-Type: application/json"]
        for name, value in headers.items():
            out += ["-H", "%s: %s" % (name, value)]
        return out

    def run(self, url, method, data, headers, deep):
        with tempfile.TemporaryDirectory(dir=self.home) as home:
            said = subprocess.run(self.command(home, url, method, data, headers, deep), stdin=subprocess.DEVNULL, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900).stdout
        if self.found.search(said):
            return "injectable", said
        return ("clean", said) if self.nothing in said else ("did not finish", said)


def marked(requests, name, shape):
    """A shape as sqlmap takes it, with a star at every place: path and query, body, headers."""
    star = copy.deepcopy(shape)
    for at in requests.points(shape):
        if at[-1] is not None:
            star = requests.put(star, at, "{}*")
    route = requests.routes[name]
    path = re.sub("{([a-z0-9]+)}", lambda m: star["path"][m.group(1)], route["path"])
    if star.get("query"):
        path += "?" + "&".join(k + "=" + urllib.parse.quote(v, safe="$*") for k, v in star["query"].items())
    return path, json.dumps(star["body"], ensure_ascii=False) if "body" in star else None, star.get("headers", {})


def long_run(settings):
    requests, sqlmap = Requests(settings), Sqlmap(settings)
    seen = {"requests": 0, "answers": {}, "wrong": []}
    to, bad = serve(relay(settings, requests, seen)), serve(control())
    work = [("control " + how, "control", bad + path, method, data, {}, deep)
            for how, path, method, data in (("query", "/people?id=a1*", "GET", None), ("path", "/people/a1*", "GET", None),
                                            ("body", "/people", "POST", '{"id": "a1*"}')) for deep in (False, True)]
    for name, route in requests.routes.items():
        for shape in requests.shapes(name):
            if shape.get("as") in ("ops", "spare") or not [p for p in requests.points(shape) if p[-1] is not None]:
                continue
            first = requests.person(name, shape)
            everybody = [first]
            if not shape.get("as") and requests.listener(name) == "web":
                roles = route["roles"] or sorted({role for role, _, _ in settings["people"].values()})
                everybody += [who for who in (requests.of_role(role) for role in roles) if who != first]
            path, data, headers = marked(requests, name, shape)
            for who in everybody:
                url = "%s/%s/%s%s" % (to, requests.listener(name), urllib.parse.quote(who), path)
                work.append((name, settings["people"].get(who.split(":")[-1], [who])[0], url, route["method"], data, headers, who == first))
    work.sort(key=lambda one: not one[6])  # what takes longest comes first
    out = {"tool": subprocess.run(["sqlmap", "--version"], stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL).stdout.split()[0],
           "runs": 0, "clean": 0, "control": {}, "injectable": [], "unfinished": []}
    lock, began = threading.Lock(), time.time()

    def turn():
        while True:
            with lock:
                if not work:
                    return
                name, role, url, method, data, headers, deep = work.pop(0)
            what, said = sqlmap.run(url, method, data, headers, deep)
            with lock:
                if role == "control":
                    out["control"][name + (" deep" if deep else "")] = what
                    continue
                out["runs"] += 1
                if what == "clean":
                    out["clean"] += 1
                else:
                    out["injectable" if what == "injectable" else "unfinished"].append([name, role])
                    with open(settings["log"], "a") as log:
                        log.write("==== %s %s %s\n%s\n" % (name, role, what, said[-3000:]))
    threads = [threading.Thread(target=turn) for _ in range(settings["workers"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(out, seconds=int(time.time() - began), **seen)


def main():
    settings = json.load(open(sys.argv[1]))
    if sys.argv[2] == "missing":
        print("\n".join(Requests(settings).missing()))
        return
    database = Database(settings["psql"])
    out = Quick(settings, sys.argv[4:] == ["all"]).run() if sys.argv[2] == "quick" else long_run(settings)
    database.psql.kill()
    json.dump(out, open(sys.argv[3], "w"), indent=1, ensure_ascii=False, sort_keys=True)


main()
