using System.Net;
using System.Net.Security;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <summary>
/// Connections to web servers, whose names the upstreams know: the host's own resolver may well be us, and need not be up for
/// this. Nothing that is blocked for clients is blocked here.
/// </summary>
public static class UpstreamWeb
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A handler whose owner sets the rest.</summary>
    public static SocketsHttpHandler Handler(Forwarder forwarder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(forwarder);
        return new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = forwarder.Trust.Check },
            ConnectCallback = async (context, cancellation) =>
            {
                var servers = await LocateAsync(forwarder, context.DnsEndPoint, cancellation);
                return await TcpStream.OpenAnyAsync(servers, time, cancellation);
            },
        };
    }

    private static async Task<IReadOnlyList<IPEndPoint>> LocateAsync(Forwarder forwarder, DnsEndPoint server, CancellationToken cancellation)
    {
        if (AddressText.TryParse(server.Host.Trim('[', ']'), out var address))
            return [new IPEndPoint(address, server.Port)];
        var name = DnsName.ParseFolded(server.Host) ?? throw new IOException($"{server.Host} is not a valid name");
        var found = await Task.WhenAll(AskAsync(forwarder, name, RecordType.A, cancellation), AskAsync(forwarder, name, RecordType.Aaaa, cancellation));
        IPEndPoint[] servers = [.. found[0].Concat(found[1]).Select(known => new IPEndPoint(known, server.Port))];
        return servers.Length > 0 ? servers : throw new IOException($"the upstream servers know no address of {server.Host}");
    }

    /// <param name="forwarder">Asks.</param>
    /// <param name="name">Folded, in wire form.</param>
    /// <param name="type">A or AAAA.</param>
    /// <returns>Empty when the upstreams know none, or do not answer.</returns>
    internal static async Task<List<IPAddress>> AskAsync(Forwarder forwarder, byte[] name, RecordType type, CancellationToken cancellation)
    {
        var question = new CacheQuestion(name, type, RecordClass.Internet, QuestionVariant.None);
        var result = await forwarder.ResolveAsync(question, cancellation);
        var addresses = new List<IPAddress>();
        if (result.Outcome != ForwardOutcome.Answered)
            return addresses;
        var reader = new MessageReader(result.Message, question.QuestionEnd);
        for (var i = 0; i < MessageHeader.AnswerCount(result.Message) && reader.TryReadRecord(out var record); i++)
        {
            if (record.Type == type && record.DataLength is 4 or 16)
                addresses.Add(new IPAddress(result.Message.AsSpan(record.DataOffset, record.DataLength)));
        }

        return addresses;
    }
}
