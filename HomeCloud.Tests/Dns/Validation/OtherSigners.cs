using System.Diagnostics;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Dns.Peers;
using HomeCloud.Tests.Registry;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>Top-level zones signed by the tools of ldns, Knot and PowerDNS, each with NSEC and with NSEC3, below a root that BIND signed; BIND serves them all.</summary>
internal sealed class OtherSigners : IAsyncDisposable
{
    /// <summary>Those with a 3 have NSEC3.</summary>
    public static readonly string[] Zones = ["ldns", "ldns3", "knot", "knot3", "pdns", "pdns3"];

    private const string Address = "192.0.2.53";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("other-signers-");

    public PeerProcess Server { get; private set; } = null!;

    /// <summary>DS of the root.</summary>
    public string AnchorFile => InFolder("root.anchor");

    public static async Task<OtherSigners> StartAsync()
    {
        var signers = new OtherSigners();
        try
        {
            await signers.SignAsync();
            return signers;
        }
        catch
        {
            await signers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task SignAsync()
    {
        foreach (var zone in Zones)
            await File.WriteAllTextAsync(InFolder($"{zone}.zone"), Content(zone));
        await Task.WhenAll(LdnsAsync("ldns"), LdnsAsync("ldns3", "-n", "-t", "0"), KnotAsync(), PowerDnsAsync());

        var delegations = Zones.Select(zone => $"{zone}. NS ns.{zone}.\nns.{zone}. A {Address}\n");
        var ds = await Task.WhenAll(Zones.Select(zone => RunAsync("dnssec-dsfromkey", "-2", "-f", InFolder($"{zone}.signed"), $"{zone}.")));
        await File.WriteAllTextAsync(InFolder("root.zone"), $"{ZoneSigner.Start(".", Address)}{string.Concat(delegations)}{string.Concat(ds)}");
        await File.WriteAllTextAsync(AnchorFile, await new ZoneSigner(_folder.FullName).SignAsync("."));
        Server = await PeerProcess.StartBindAsync(
            ".", InFolder("root.signed"), more: string.Join('\n', Zones.Select(zone => $$"""zone "{{zone}}" { type primary; file "{{InFolder($"{zone}.signed")}}"; };""")));
    }

    private async Task LdnsAsync(string zone, params string[] options)
    {
        // It writes its keys where it runs.
        var key = (await RunAsync("sh", "-c", $"cd {_folder.FullName} && ldns-keygen -a ECDSAP256SHA256 -k {zone}.")).Trim();
        await RunAsync(["ldns-signzone", .. options, "-o", $"{zone}.", "-f", InFolder($"{zone}.signed"), InFolder($"{zone}.zone"), InFolder(key)]);
    }

    private async Task KnotAsync()
    {
        Directory.CreateDirectory(InFolder("kasp"));
        var signed = Directory.CreateDirectory(InFolder("knot"));
        await File.WriteAllTextAsync(InFolder("knot.conf"), $"""
            database:
                storage: "{InFolder("kasp")}"
            policy:
              - id: nsec
                algorithm: ed25519
                single-type-signing: on
              - id: nsec3
                algorithm: ecdsap256sha256
                single-type-signing: on
                nsec3: on
                nsec3-iterations: 0
            zone:
              - domain: knot.
                file: {InFolder("knot.zone")}
                dnssec-policy: nsec
              - domain: knot3.
                file: {InFolder("knot3.zone")}
                dnssec-policy: nsec3

            """);
        foreach (var zone in (string[])["knot", "knot3"])
        {
            await RunAsync("kzonesign", "-c", InFolder("knot.conf"), "-o", signed.FullName, $"{zone}.");
            File.Move(Path.Combine(signed.FullName, $"{zone}.zone"), InFolder($"{zone}.signed"));
        }
    }

    /// <summary>It signs as it answers; a zone transfer has all of it.</summary>
    private async Task PowerDnsAsync()
    {
        string[] zones = ["pdns", "pdns3"];
        var port = FreePort.Find();
        await File.WriteAllTextAsync(InFolder("pdns-zones.conf"), string.Join('\n', zones.Select(zone => $$"""zone "{{zone}}" { type master; file "{{InFolder($"{zone}.zone")}}"; };""")));
        await File.WriteAllTextAsync(InFolder("pdns.conf"), $"""
            launch=bind
            bind-config={InFolder("pdns-zones.conf")}
            bind-dnssec-db={InFolder("pdns.sqlite")}
            local-address=127.0.0.1
            local-port={port}
            socket-dir={_folder.FullName}
            allow-axfr-ips=127.0.0.1
            disable-axfr=no

            """);
        Task<string> ToolAsync(params string[] arguments) => RunAsync(["pdnsutil", $"--config-dir={_folder.FullName}", .. arguments]);
        await ToolAsync("create-bind-db", InFolder("pdns.sqlite"));
        await ToolAsync("add-zone-key", "pdns", "ksk", "active", "ecdsa384");
        await ToolAsync("add-zone-key", "pdns3", "ksk", "active", "ed25519");
        await ToolAsync("set-nsec3", "pdns3", "1 0 0 -");
        foreach (var zone in zones)
            await ToolAsync("rectify-zone", zone);

        using var server = Process.Start(new ProcessStartInfo("pdns_server", [$"--config-dir={_folder.FullName}", "--daemon=no", "--guardian=no"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        try
        {
            foreach (var zone in zones)
            {
                var whole = "";
                await Deadline.UntilAsync(
                    async () => (whole = (await Command.RunAsync(["dig", "+noall", "+answer", "+onesoa", "@127.0.0.1", "-p", $"{port}", zone, "AXFR"])).Output).Contains("SOA", StringComparison.Ordinal),
                    $"PowerDNS hands {zone} over");
                await File.WriteAllTextAsync(InFolder($"{zone}.signed"), whole);
            }
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private string InFolder(string file) => Path.Combine(_folder.FullName, file);

    private static async Task<string> RunAsync(params string[] command) => (await Command.RunAsync(command)).OrFail().Output;

    private static string Content(string zone) => ZoneSigner.Start($"{zone}.", Address) + """
        www A 192.0.2.1
        many A 192.0.2.11
        many A 192.0.2.12
        mail MX 10 www
        text TXT "a b" "c"
        alias CNAME target
        target A 192.0.2.3
        *.wild A 192.0.2.9
        deep.ent A 192.0.2.2

        """;
}
