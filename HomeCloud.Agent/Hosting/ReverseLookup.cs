using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Stub;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Hosting;

/// <summary>
/// Asks the DNS server of this process for the name of an address: it has hosts files, zone files and forward rules. If it has none,
/// the router is asked, which gave the device its address. Neither is counted or logged as a query of the household.
/// </summary>
internal sealed class ReverseLookup(QueryPipeline pipeline, ServingClock clock, ZoneOptions zones, ILanReader lan, IStubClient stub) : IReverseLookup
{
    private readonly DnsResponder _responder = new(pipeline, clock);
    private readonly List<string> _zones = [.. zones.EffectiveNames.Select(zone => $".{zone.Trim('.').ToLowerInvariant()}")];

    public async Task<string?> FindAsync(IPAddress address, CancellationToken cancellation)
    {
        var reverse = DnsName.ToText(ReverseName.Of(address));
        var found = await AskHereAsync(reverse, cancellation);
        if (found is null && RouterOf(address) is { } router)
            found = (await stub.AskAsync(new IPEndPoint(router, StubClient.DnsPort), reverse, RecordType.Ptr, cancellation))?.Names is [var given, ..] ? given : null;
        return found is null ? null : Relative(found.TrimEnd('.'));
    }

    /// <summary>The router of the network that the device is in: not one at the other end of a tunnel.</summary>
    private IPAddress? RouterOf(IPAddress address)
    {
        if (lan.DefaultRoute() is not { } route || LanInterface.Find(lan.Interfaces(), route.Interface) is not { } way)
            return null;
        var networks = way.Addresses.Where(own => own.Address.AddressFamily == AddressFamily.InterNetwork).Select(own => IPv4Arithmetic.NetworkOf(own.Address, own.PrefixLength)).ToList();
        return networks.Exists(network => network.Contains(route.Gateway)) && (address.AddressFamily == AddressFamily.InterNetworkV6 || networks.Exists(network => network.Contains(address))) ? route.Gateway : null;
    }

    private async Task<string?> AskHereAsync(string reverse, CancellationToken cancellation)
    {
        var question = StubMessage.Question((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1), reverse, RecordType.Ptr);
        var answer = await _responder.AnswerAsync(question, IPAddress.Loopback, null, cancellation);
        return StubMessage.TryRead(answer.Span, question, TimeSpan.Zero, out var reply) && reply.Names is [var name, ..] ? name : null;
    }

    private string Relative(string name) => _zones.Where(zone => name.EndsWith(zone, StringComparison.Ordinal)).MaxBy(zone => zone.Length) is { } zone ? name[..^zone.Length] : name;
}
