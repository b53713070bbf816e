using System.Net;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether the names that the router gives itself (<c>fritz.box</c>, <c>router.lan</c>) lead to it through HomeCloud too.</summary>
internal sealed class RouterNamesCheck : IDoctorCheck
{
    // What to ask for, and the zone that a forward rule has to name.
    private static readonly (string Name, string Zone)[] Known =
    [
        ("fritz.box", "fritz.box"), ("speedport.ip", "speedport.ip"), ("easy.box", "easy.box"), ("o2.box", "o2.box"), ("giga.cube", "giga.cube"),
        ("router.lan", "lan"), ("openwrt.lan", "lan"), ("livebox.home", "home"), ("bthub.home", "home"), ("livebox", "livebox"), ("router", "router"),
        ("routerlogin.net", "routerlogin.net"), ("tplinkwifi.net", "tplinkwifi.net"), ("router.asus.com", "router.asus.com"), ("miwifi.com", "miwifi.com"), ("my.keenetic.net", "my.keenetic.net"),
    ];

    public string Id => "router-names";

    public Phrase Title => "the router's own names";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.Router is not { } router || await patient.DnsAsync(cancellationToken) is not { } dns || router.Equals(dns))
            return [Finding.Note("no router besides HomeCloud to check")];
        var atRouter = await Task.WhenAll(Known.Select(known => AddressesAsync(patient, router, known.Name, cancellationToken)));
        var own = Known.Zip(atRouter).Where(pair => pair.Second.Contains(router.Address)).Select(pair => pair.First).ToList();
        if (own.Count == 0)
            return [Finding.Ok($"the router {router.Address} has no name of its own that we know")];

        List<Finding> findings = [];
        foreach (var (name, zone) in own)
        {
            if (!(await AddressesAsync(patient, dns, name, cancellationToken)).Contains(router.Address))
            {
                findings.Add(Finding.Warning(
                    $"{name} is the router's own name: {router.Address} answers it, and HomeCloud does not.",
                    Phrase.Join("\n", "Let HomeCloud ask the router for it, beside the zones that you forward already (docs/router.md).", Remedy.SetForDns("forward", $"{zone}={router.Address}"))));
            }
        }

        return findings.Count > 0 ? findings : [Finding.Ok($"{string.Join(", ", own.Select(known => known.Name))} points to the router {router.Address}")];
    }

    private static async Task<IReadOnlyList<IPAddress>> AddressesAsync(Patient patient, IPEndPoint server, string name, CancellationToken cancellationToken) =>
        (await patient.Stub.AskAsync(server, name, RecordType.A, cancellationToken))?.Addresses ?? [];
}
