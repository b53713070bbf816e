using System.Net;
using HomeCloud.Net.Certificates;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Web.Listening;

/// <summary>A certificate that nobody vouches for but ourselves: for the page's names and this machine's addresses (RFC 5280 §4.2.1.6).</summary>
internal static class OwnCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397); // the longest that browsers accept

    /// <returns>Certificate and key in PEM.</returns>
    public static string Make(WebOptions options, DateTimeOffset now)
    {
        var (certificate, key) = SelfSigned.ForServer(
            $"{options.Name}.{options.Zones[0]}",
            options.Zones.Select(z => $"{options.Name}.{z}").Append(options.Name).Concat(options.Hosts).Distinct(StringComparer.OrdinalIgnoreCase),
            Addresses(),
            now.AddHours(-1),
            now + Lifetime);
        return certificate + "\n" + key + "\n";
    }

    private static IEnumerable<IPAddress> Addresses() => MachineInterfaces.Read().Interfaces
        .SelectMany(i => i.Addresses).Select(a => a.Address)
        .Where(a => !a.IsIPv6LinkLocal).Append(IPAddress.Loopback).Distinct();
}
