using System.Net;
using Docker.DotNet.Models;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether Docker's pool of addresses collides with the router's, or with machines that are there.</summary>
internal sealed class RangeCheck : IDoctorCheck
{
    private const int MostScanned = 512;

    public string Id => "range";

    public Phrase Title => "address range";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        var network = await patient.NetworkAsync(cancellationToken);
        var config = network?.IPAM?.Config?.FirstOrDefault(found => AddressText.TryParseNetwork(found?.Subnet, out var subnet) && subnet.BaseAddress.GetAddressBytes().Length == 4);
        if (network is null || config is null)
            return [Finding.Note("no LAN network with IPv4 to check")];

        List<Finding> findings = [];
        var hasRange = AddressText.TryParseNetwork(config.IPRange, out var range);
        if (!hasRange && AddressText.TryParseNetwork(config.Subnet, out range))
        {
            findings.Add(Finding.Warning(
                $"the network has no --ip-range: Docker takes any address of {range} that looks free, the router's own pool included.",
                Phrase.Join("\n", "Create it again, with a range outside the router's DHCP pool.", Remedy.CreateNetworkAgain(network.Name))));
        }

        var offers = await patient.OffersAsync(cancellationToken);
        var inside = offers.Select(offer => offer.Address).Where(range.Contains).Distinct().ToList();
        if (hasRange && inside.Count > 0)
        {
            findings.Add(Finding.Problem(
                $"the router's DHCP server hands out addresses inside the containers' range {range}: it offered {string.Join(", ", inside)}. Two machines will get the same address.",
                Phrase.Join("\n", "Shrink the router's DHCP pool, or create the network again with another range.", Remedy.CreateNetworkAgain(network.Name))));
        }

        var foreign = await ForeignAsync(patient, config, range, cancellationToken);
        if (foreign.Count > 0)
        {
            findings.Add(Finding.Problem(
                $"other machines already have addresses in the containers' range {range}: {string.Join(", ", foreign.Take(10))}.",
                Phrase.Join("\n", "Give them other addresses, or create the network again, which then leaves theirs out.", Remedy.CreateNetworkAgain(network.Name))));
        }

        if (findings.Count > 0)
            return findings;
        return
        [
            offers.Count == 0
                ? Finding.Ok($"{range} has no other machines; no DHCP server answered the doctor (needs root)")
                : Finding.Ok($"{range} has no other machines; the router offers {offers.MinBy(offer => offer.Address.ToNumber())!.Address} to {offers.MaxBy(offer => offer.Address.ToNumber())!.Address}"),
        ];
    }

    private static async Task<IReadOnlyList<IPAddress>> ForeignAsync(Patient patient, IPAMConfig config, IPNetwork range, CancellationToken cancellationToken)
    {
        var known = (await patient.OnTheLanAsync(cancellationToken)).Select(container => container.Address).ToHashSet();
        known.UnionWith(patient.Interfaces.SelectMany(found => found.Addresses).Select(own => own.Address));
        foreach (var reserved in (config.AuxAddress?.Values ?? []).Append(config.Gateway))
        {
            if (AddressText.TryParse(reserved, out var address))
                known.Add(address);
        }

        var candidates = Enumerable.Range(0, (int)Math.Min(MostScanned, range.Last() - range.First() + 1))
            .Select(offset => (range.First() + (uint)offset).ToAddress())
            .Where(address => !known.Contains(address))
            .ToList();
        return await patient.Scan.AnsweringAsync(candidates, cancellationToken);
    }
}
