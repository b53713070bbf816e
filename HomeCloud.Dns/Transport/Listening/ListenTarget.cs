using System.Net;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Dns.Transport.Listening;

/// <summary>One address and port to listen on.</summary>
/// <param name="Local">Port 0 for any free one.</param>
/// <param name="IsTls">TLS alone; else UDP and TCP.</param>
/// <param name="IsNamed">Named by an option; else it is one of this machine's own.</param>
/// <param name="IsShared">Bound whether it is here or not: other machines hold it at other times.</param>
internal readonly record struct ListenTarget(IPEndPoint Local, bool IsTls, bool IsNamed, bool IsShared = false)
{
    /// <exception cref="ListenException">An option is not an address; validate first.</exception>
    public static IReadOnlyList<ListenTarget> Wanted(ListenOptions options, MachineReading machine)
    {
        var shared = options.SharedAddresses.Select(text => Parse(text, ListenOptions.DnsPort)).ToList();
        bool IsShared(IPEndPoint local) => shared.Exists(other => other.Address.Equals(local.Address));
        ListenTarget Named(string text, int defaultPort, bool tls) => Parse(text, defaultPort) is var local ? new(local, tls, true, IsShared(local)) : default;

        List<ListenTarget> wanted =
        [
            .. options.Addresses.Count == 0
                ? LocalAddresses.ToListenOn(machine).Select(address => new ListenTarget(new IPEndPoint(address, ListenOptions.DnsPort), false, false)).Where(own => !IsShared(own.Local))
                : options.Addresses.Select(text => Named(text, ListenOptions.DnsPort, tls: false)),
            .. options.TlsAddresses.Select(text => Named(text, ListenOptions.TlsPort, tls: true)),
        ];
        // A wildcard has them already.
        wanted.AddRange(shared.Distinct()
            .Where(local => !wanted.Exists(other => !other.IsTls && other.Local.Port == local.Port && (other.Local.Equals(local) || IsWildcardFor(other.Local.Address, local.Address))))
            .Select(local => new ListenTarget(local, false, true, true))
            .ToList());
        return wanted;
    }

    private static bool IsWildcardFor(IPAddress wildcard, IPAddress address) => SpecialRanges.IsUnspecified(wildcard) && wildcard.AddressFamily == address.AddressFamily;

    // Each time anew: the scope in fe80::1%eth0 is another number after the interface has been away.
    private static IPEndPoint Parse(string text, int defaultPort) => ListenAddress.TryParse(text, defaultPort, out var endPoint)
        ? endPoint
        : throw new ListenException($"'{text}' is not a valid ADDRESS:PORT (example: 192.168.1.5:53 or [::1]:53)");
}

/// <summary>An address that is to be served and is not.</summary>
/// <param name="Local">The address and port.</param>
/// <param name="Reason">For a person, with the fix.</param>
/// <param name="IsOptional">One of this machine's own on loopback, where another DNS server may well be.</param>
public sealed record MissingAddress(IPEndPoint Local, string Reason, bool IsOptional);
