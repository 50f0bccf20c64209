# smtp_server.py FOLDER [--tls CERTIFICATE KEY] [--login USER PASSWORD]: a real SMTP server on loopback
# for the tests. Says its port on stdout; keeps each mail it takes as FOLDER/mail.N, envelope first.
# How it behaves is the recipient's to say: later-N@ is told 451 N times, never@ is told 550,
# drop@ loses its connection when the mail is there, slow@ waits.
import asyncio, os, socket, ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

folder, arguments = sys.argv[1], sys.argv[2:]
told, taken = {}, [0]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "never":
            return "550 5.1.1 no such mailbox \x07here"
        if name.startswith("later-"):
            told[address] = told.get(address, 0) + 1
            if told[address] <= int(name[6:]):
                return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if any(one.startswith("drop@") for one in envelope.rcpt_tos):
            server.transport.abort()
            return "451 gone"
        if any(one.startswith("slow@") for one in envelope.rcpt_tos):
            await asyncio.sleep(30)
        taken[0] += 1
        path = os.path.join(folder, "mail.%d" % taken[0])
        with open(path + ".new", "wb") as out:
            secure = "TLS" if session.ssl else "plain"
            login = (session.auth_data or b"").decode() if session.authenticated else "nobody"
            out.write(("from %s to %s by %s as %s\n" % (envelope.mail_from, " ".join(envelope.rcpt_tos),
                                                        secure, login)).encode())
            out.write(envelope.original_content)
        os.rename(path + ".new", path)
        return "250 2.0.0 Ok: queued as A%d" % taken[0]


class Server(Controller):
    def factory(self):
        more = {}
        if "--tls" in arguments:
            at = arguments.index("--tls")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(arguments[at + 1], arguments[at + 2])
            more.update(tls_context=context, require_starttls=True)
        if "--login" in arguments:
            at = arguments.index("--login")
            right = tuple(word.encode() for word in arguments[at + 1:at + 3])

            def check(server, session, envelope, mechanism, data):
                fine = (data.login, data.password) == right
                return AuthResult(success=fine, handled=False, auth_data=data.login)
            more.update(authenticator=check, auth_required=True,
                        auth_require_tls="--tls" in arguments)
        return SMTP(self.handler, hostname="localhost", **more)


server = Server(Handler(), hostname="127.0.0.1", port=0)
server.ready_timeout = 20



def knock():
    # The port was the kernel's to choose; Controller would knock at port 0 to see whether it is up.
    with socket.create_connection(server.server.sockets[0].getsockname(), 5) as one:
        one.recv(100)


server._trigger_server = knock
server.start()
print(server.server.sockets[0].getsockname()[1], flush=True)
sys.stdin.read()
server.stop()
