using System.Globalization;
using HomeCloud.Tests.Dns.Peers;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>
/// A root with zones below it, signed by dnssec-signzone and served by BIND: each algorithm, NSEC and NSEC3, and zones that are wrong in
/// one way each. A root of our own: nothing of it is known outside.
/// </summary>
internal sealed class SignedTree : IAsyncDisposable
{
    /// <summary>Signed well.</summary>
    public static readonly string[] Good = ["rsa256", "rsa512", "p256", "p384", "ed25519", "ed448", "nsec3", "optout", "salted"];

    /// <summary>Signed well too, for tests that forge their keys on the way.</summary>
    public static readonly string[] Forged = [.. Enumerable.Range(0, 16).Select(i => $"forged{i}")];

    private readonly DirectoryInfo _folder;
    private readonly ZoneSigner _signer;

    private SignedTree(DirectoryInfo folder)
    {
        _folder = folder;
        _signer = new ZoneSigner(folder.FullName);
    }

    public PeerProcess Server { get; private set; } = null!;

    /// <summary>DS of the root.</summary>
    public string AnchorFile => Path.Combine(_folder.FullName, "root.anchor");

    public static async Task<SignedTree> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("signed-tree-");
        var tree = new SignedTree(folder);
        await Task.WhenAll(
            tree.SignAsync("rsa256", "RSASHA256", "-b 2048"),
            tree.SignAsync("rsa512", "RSASHA512", "-b 2048"),
            tree.SignAsync("p256", "ECDSAP256SHA256"),
            tree.SignAsync("p384", "ECDSAP384SHA384"),
            tree.SignAsync("ed25519", "ED25519"),
            tree.SignAsync("ed448", "ED448"),
            tree.SignAsync("nsec3", "ECDSAP256SHA256", sign: "-3 -"),
            tree.SignAsync("optout", "ECDSAP256SHA256", sign: "-3 - -A"),
            tree.SignAsync("salted", "ECDSAP256SHA256", sign: "-3 aabbccdd -H 5"),
            tree.SignAsync("rounds", "ECDSAP256SHA256", sign: "-3 - -H 100"),
            tree.SignAsync("expired", "ECDSAP256SHA256", sign: "-s 20200101000000 -e 20200201000000"),
            tree.SignAsync("early", "ECDSAP256SHA256", sign: "-s 20350101000000 -e 20350201000000"),
            tree.SignAsync("otherkey", "ECDSAP256SHA256"),
            tree.SignAsync("newalgorithm", "ECDSAP256SHA256"),
            tree.SignAsync("newdigest", "ECDSAP256SHA256"));
        await Task.WhenAll(Forged.Select(child => tree.SignAsync(child, "ECDSAP256SHA256")));
        foreach (var child in (string[])["plain", "sub.optout"])
            File.WriteAllText(tree.Signed(child), Content(child, child == "plain" ? "p256" : "optout"));

        var delegations = Directory.GetFiles(folder.FullName, "dsset-*").Where(file => !file.EndsWith("dsset-.", StringComparison.Ordinal)).Select(File.ReadAllText);
        var ds = string.Concat(delegations).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Wrong);
        string[] children = [.. Good, .. Forged, "rounds", "expired", "early", "otherkey", "newalgorithm", "newdigest", "plain"];
        File.WriteAllText(tree.InFolder("lab.zone"), $"{Start("lab.")}{string.Concat(children.Select(child => $"{child} NS ns\n"))}*.wildplain CNAME nope.plain\n*.wildhost CNAME www.plain\n{string.Join('\n', ds)}\n");
        var lab = await tree._signer.SignAsync("lab.");
        File.WriteAllText(tree.InFolder("root.zone"), $"{Start(".")}lab. NS ns.lab.\nns.lab. A 192.0.2.53\n{lab}");
        File.WriteAllText(tree.AnchorFile, await tree._signer.SignAsync(".", "RSASHA256", "-b 2048"));

        var zones = children.Append("sub.optout").Select(child => (Zone: $"{child}.lab", File: tree.Signed(child))).Append(("lab", tree.InFolder("lab.signed")));
        tree.Server = await PeerProcess.StartBindAsync(
            ".",
            tree.InFolder("root.signed"),
            more: string.Join('\n', zones.Select(zone => $$"""zone "{{zone.Item1}}" { type primary; file "{{zone.Item2}}"; };""")));
        return tree;
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private string InFolder(string file) => Path.Combine(_folder.FullName, file);

    private string Signed(string child) => InFolder($"{child}.lab.signed");

    private async Task SignAsync(string child, string algorithm, string key = "", string sign = "")
    {
        var unsigned = child == "optout" ? "sub NS ns.sub\nns.sub A 192.0.2.53\n*.wildsub CNAME nope.sub\n" : "";
        File.WriteAllText(InFolder($"{child}.lab.zone"), Content(child, Good[(Array.IndexOf(Good, child) + 1) % Good.Length]) + unsigned);
        await _signer.SignAsync($"{child}.lab.", algorithm, key, sign);
    }

    // What the zone above says of zones that are wrong there: a key that nobody has, an algorithm or a digest that nobody knows.
    private static string Wrong(string ds)
    {
        var words = ds.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case "otherkey.lab.":
                words[3] = ((int.Parse(words[3], CultureInfo.InvariantCulture) + 1) % 65536).ToString(CultureInfo.InvariantCulture);
                break;
            case "newalgorithm.lab.":
                words[4] = "200";
                break;
            case "newdigest.lab.":
                words[5] = "99";
                break;
            default:
                break;
        }

        return string.Join(' ', words);
    }

    private static string Start(string zone) => ZoneSigner.Start(zone, "192.0.2.53");

    private static string Content(string child, string other) => Start($"{child}.lab.") + $"""
        www A 192.0.2.1
        many A 192.0.2.11
        many A 192.0.2.12
        many A 192.0.2.13
        inside A 192.168.1.5
        mail MX 10 WWW
        Upper PTR Www.Example.ORG.
        alias CNAME www
        across CNAME www.{other}.lab.
        wildacross CNAME x.wild.{other}.lab.
        lost CNAME nowhere
        lostacross CNAME nowhere.{other}.lab.
        *.wild A 192.0.2.9
        *.wildtxt TXT "any"
        *.wildalias CNAME www.{other}.lab.
        deep.ent A 192.0.2.2
        moved DNAME wild
        toprinter CNAME printer.

        """;
}
