using System.Buffers.Binary;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;

namespace HomeCloud.Agent.Web.Security;

/// <summary>Every process that may open the socket is let in; the kernel tells its user (SO_PEERCRED, unix(7)).</summary>
internal sealed class SocketAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var socket = Context.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is null || !Callers.IsSocket(Context))
            return Task.FromResult(AuthenticateResult.NoResult());

        // struct ucred: pid, uid, gid
        Span<byte> credentials = stackalloc byte[12];
        var name = "local";
        if (OperatingSystem.IsLinux() && socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == credentials.Length)
            name = UserName(BinaryPrimitives.ReadInt32LittleEndian(credentials[4..]));

        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(Callers.Principal(name, Callers.Socket), Callers.Socket)));
    }

    private static string UserName(int uid)
    {
        var wanted = uid.ToString();
        var line = File.Exists("/etc/passwd")
            ? File.ReadLines("/etc/passwd").FirstOrDefault(l => l.Split(':') is [_, _, var id, ..] && id == wanted)
            : null;
        return line?.Split(':')[0] ?? $"uid {wanted}";
    }
}
