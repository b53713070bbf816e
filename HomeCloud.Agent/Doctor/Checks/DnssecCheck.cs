using System.Net;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Stub;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>
/// Whether this machine's stub, or a resolver that the household asks, validates DNSSEC without exception: to the world <c>.home</c>
/// does not exist, and a validator believes the world. And whether HomeCloud validates what it asks the world for.
/// </summary>
internal sealed class DnssecCheck : IDoctorCheck
{
    public string Id => "dnssec";

    public Phrase Title => "DNSSEC validation";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        List<Finding> findings = [.. await OursAsync(patient, cancellationToken), .. await StubAsync(patient, cancellationToken)];
        foreach (var resolver in await ResolversAsync(patient, cancellationToken))
        {
            if (await OurNames.RefusesAsync(patient, resolver, cancellationToken))
                findings.Add(Refusing(resolver, patient));
        }

        return findings;
    }

    // check.home says it in one string: "dnssec: auto, answers are validated".
    private static async Task<IReadOnlyList<Finding>> OursAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (await patient.DnsAsync(cancellationToken) is not { } dns)
            return [];
        var texts = (await patient.Stub.AskAsync(dns, "check." + patient.Options.Zone, RecordType.Txt, cancellationToken))?.Texts ?? [];
        var (start, end) = ("; dnssec: ", "; registry: ");
        foreach (var text in texts.Where(text => text.Contains(start, StringComparison.Ordinal)))
        {
            var mode = text[(text.IndexOf(start, StringComparison.Ordinal) + start.Length)..].Split(end)[0];
            return mode.Contains("not validated", StringComparison.Ordinal)
                ? [Finding.Note($"HomeCloud does not validate what it is answered from outside ({mode}).", Phrase.Join("\n", "Name another upstream, which passes DNSSEC signatures on.", Remedy.SetForDns("upstream", "9.9.9.9")))]
                : [Finding.Ok($"HomeCloud's own validation: {mode}")];
        }

        return [];
    }

    private static Finding Refusing(IPEndPoint resolver, Patient patient) => Finding.Problem(
        $"the resolver {resolver.Address} validates DNSSEC: the signed root says that .{patient.Options.Zone} does not exist, so devices that ask it do not find your servers.",
        Phrase.Join(
            "\n",
            $"Configure it to treat {patient.Options.Zone} and home.arpa as unsigned. {Recipes(patient.Options.Zone)}",
            "For complete recipes see docs/router.md, Resolvers that validate DNSSEC."));

    private static string Recipes(string zone) =>
        $"Unbound:  domain-insecure: \"{zone}.\"   BIND:  validate-except {{ \"{zone}\"; }};   dnsmasq:  server=/{zone}/ADDRESS   PowerDNS:  addNTA(\"{zone}\")";

    /// <summary>Those that this machine asks, that DHCP hands out, and the router's own.</summary>
    private static async Task<IEnumerable<IPEndPoint>> ResolversAsync(Patient patient, CancellationToken cancellationToken)
    {
        var here = (await ResolvConfText.ReadAsync(patient.Options, cancellationToken))?.Servers ?? [];
        var handedOut = (await patient.OffersAsync(cancellationToken)).SelectMany(offer => offer.DnsServers);
        return here.Concat(handedOut).Select(address => new IPEndPoint(address, StubClient.DnsPort)).Concat(patient.Router is { } router ? [router] : []).Distinct();
    }

    private static async Task<IReadOnlyList<Finding>> StubAsync(Patient patient, CancellationToken cancellationToken)
    {
        var etc = patient.Options.EtcFolder;
        var zone = patient.Options.Zone;
        string? mode = null;
        foreach (var file in Configurations(Path.Combine(etc, "systemd")))
        {
            foreach (var line in await File.ReadAllLinesAsync(file, cancellationToken))
            {
                var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
                if (parts.Length == 2 && parts[0].Equals("DNSSEC", StringComparison.OrdinalIgnoreCase))
                    mode = parts[1].ToLowerInvariant();
            }
        }

        if (mode is not ("yes" or "true" or "1" or "on" or "allow-downgrade"))
            return [Finding.Ok(mode is null ? "systemd-resolved is not configured to validate" : (Phrase)$"systemd-resolved has DNSSEC={mode}")];
        if (await HasExceptionAsync(Path.Combine(etc, "dnssec-trust-anchors.d"), zone, cancellationToken))
            return [Finding.Ok($"DNSSEC={mode}, with an exception for {zone}")];
        return
        [
            Finding.Problem(
                $"systemd-resolved validates (DNSSEC={mode}) and has no exception for {zone}: the signed root says that .{zone} does not exist, so this machine refuses our answers. home.arpa works.",
                Finding.Verbatim($"sudo mkdir -p {etc}/dnssec-trust-anchors.d && echo {zone} | sudo tee {etc}/dnssec-trust-anchors.d/{zone}.negative && sudo systemctl restart systemd-resolved")),
        ];
    }

    private static IEnumerable<string> Configurations(string folder)
    {
        var dropIns = Path.Combine(folder, "resolved.conf.d");
        return new[] { Path.Combine(folder, "resolved.conf") }.Where(File.Exists)
            .Concat(Directory.Exists(dropIns) ? Directory.EnumerateFiles(dropIns, "*.conf").Order(StringComparer.Ordinal) : []);
    }

    private static async Task<bool> HasExceptionAsync(string folder, string zone, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            return false;
        foreach (var file in Directory.EnumerateFiles(folder, "*.negative"))
        {
            if ((await File.ReadAllLinesAsync(file, cancellationToken)).Any(line => line.Trim().TrimEnd('.').Equals(zone, StringComparison.OrdinalIgnoreCase)))
                return true;
        }

        return false;
    }
}
