using HomeCloud.Tests.Dns.Validation;

namespace HomeCloud.Tests.Dns.Peers.Clients;

/// <summary>
/// An internet in small, as BIND signs and serves it: the root knows no <c>home.</c>, and arpa. delegates <c>home.arpa.</c> without DS,
/// as the real ones do; org. has signed zones, one of them expired, and net. has unsigned ones.
/// </summary>
internal static class ClientTree
{
    public const string Server = "127.0.0.3";

    private static readonly string[] Organisations = ["example", "expired", "listed", "split"];
    private static readonly string[] Networks = ["example", "listed"];

    /// <returns>DS records of the root, in one file.</returns>
    public static async Task<string> StartAsync(ClientNamespace home)
    {
        string InFolder(string file) => Path.Combine(home.Folder, file);
        void Write(string zone, string content) => File.WriteAllText(InFolder($"{(zone == "." ? "root" : zone.TrimEnd('.'))}.zone"), ZoneSigner.Start(zone, Server) + content);
        string Delegations(IEnumerable<string> children) => string.Concat(children.Select(child => $"{child} NS ns\n"));
        var signer = new ZoneSigner(home.Folder);

        foreach (var zone in (string[])[.. Organisations.Select(name => $"{name}.org."), .. Networks.Select(name => $"{name}.net.")])
            Write(zone, $"@ A {ClientHome.Unwanted}\nwww A {ClientHome.Page}\nads A {ClientHome.Unwanted}\ncloud A {ClientHome.Unwanted}\n");
        var ds = await Task.WhenAll(Organisations.Select(name => signer.SignAsync($"{name}.org.", sign: name == "expired" ? "-s 20200101000000 -e 20200201000000" : "")));
        Write("org.", Delegations(Organisations) + string.Concat(ds));
        Write("net.", Delegations(Networks));
        Write("arpa.", Delegations(["home"]));
        string[] top = ["org.", "net.", "arpa."];
        ds = await Task.WhenAll(top.Select(zone => signer.SignAsync(zone)));
        Write(".", string.Concat(top.Select(zone => $"{zone} NS ns.{zone}\nns.{zone} A {Server}\n")) + string.Concat(ds));
        var anchor = InFolder("root.anchor");
        await File.WriteAllTextAsync(anchor, await signer.SignAsync("."));

        var zones = from zone in (string[])[.. Organisations.Select(name => $"{name}.org"), .. Networks.Select(name => $"{name}.net"), "org", "net", "arpa", "root"]
                    let file = File.Exists(InFolder($"{zone}.signed")) ? $"{zone}.signed" : $"{zone}.zone"
                    select $$"""zone "{{(zone == "root" ? "." : zone)}}" { type primary; file "{{file}}"; };""";
        await File.WriteAllTextAsync(InFolder("tree.conf"), $$"""
            options { directory "{{home.Folder}}"; listen-on { {{Server}}; }; listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none; dnssec-validation no; };
            controls {};
            {{string.Join('\n', zones)}}
            """);
        home.Start("named", $"-u root -g -c {InFolder("tree.conf")}");
        await home.UntilAsync($"dig +time=1 +tries=1 +dnssec @{Server} home", "NXDOMAIN");
        return anchor;
    }
}
