using System.Net;

namespace HomeCloud.Agent.Lan;

/// <summary>Reads the DNS servers from an ICMPv6 router advertisement (RFC 4861 §4.2, RDNSS option of RFC 8106 §5.1).</summary>
internal static class RouterAdvertisement
{
    private const byte Type = 134;
    private const int FixedLength = 16;
    private const byte RdnssOption = 25;

    public static IReadOnlyList<IPAddress> DnsServers(ReadOnlySpan<byte> message)
    {
        List<IPAddress> servers = [];
        if (message.Length < FixedLength || message[0] != Type)
            return servers;
        for (var options = message[FixedLength..]; options.Length >= 8;)
        {
            var length = options[1] * 8;
            if (length == 0 || length > options.Length)
                break;
            if (options[0] == RdnssOption)
            {
                for (var at = 8; at + 16 <= length; at += 16)
                    servers.Add(new IPAddress(options.Slice(at, 16)));
            }

            options = options[length..];
        }

        return servers;
    }
}
