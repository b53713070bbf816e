using System.Text.RegularExpressions;
using HomeCloud.Tests.Agent.Web.Browser;

namespace HomeCloud.Tests.Dns.Peers.Clients;

/// <summary>Real clients ask for good, bogus, blocked and local names: those that leave validation to us, and those that validate what we say.</summary>
[Trait("Category", "Lab")]
public sealed partial class ClientMatrixTests(ClientHome home) : IClassFixture<ClientHome>
{
    private const int Deadline = 120_000;

    private static readonly (string Client, Func<ClientQuestion, string> Expected)[] Clients =
    [
        ("dig", question => question.Trusting),
        ("kdig", question => question.Trusting),
        ("kdig over TLS", question => question.Trusting),
        ("kdig over HTTPS", question => question.Trusting),
        ("delv", question => question.Delv),
        ("systemd-resolved, DNSSEC=yes", question => question.Resolved),
        ("systemd-resolved, DNSSEC=allow-downgrade", question => question.Resolved),
        ("Unbound", question => question.Forwarder),
        ("dnsmasq", question => question.Forwarder),
        ("BIND", question => question.Forwarder),
    ];

    public static TheoryData<string, string> Cells()
    {
        var cells = new TheoryData<string, string>();
        foreach (var (client, _) in Clients)
        {
            foreach (var question in ClientQuestion.All)
                cells.Add(client, question.Name);
        }

        return cells;
    }

    [Theory(Timeout = Deadline)]
    [MemberData(nameof(Cells))]
    public async Task Each_client_gets_what_is_right_for_it(string client, string name)
    {
        var question = ClientQuestion.All.Single(question => question.Name == name);
        var expected = Clients.Single(known => known.Client == client).Expected(question);
        var isTrusting = client.Contains("dig", StringComparison.Ordinal);

        // With the dot, or a search list makes another name of it.
        var output = await home.Machine.RunAsync($"{home.Command(client)} {name}. A");

        (client == "delv" ? OfDelv(output) : OfDig(output)).Should().BeOneOf(expected.Split(" or "), $"{question.Why}; it wrote: {output}");
        if (isTrusting)
        {
            ErrorCode().Match(output).Groups[1].Value.Should().Be(question.Error == 0 ? "" : $"{question.Error}", output);
            output.Should().NotContainAny("WARNING", "Warning", "malformed", "mismatch", "parse error");
        }
    }

    /// <summary>RFC 4035 §3.2.2: who sets CD validates for himself. That does not open what is blocked.</summary>
    [Theory(Timeout = Deadline)]
    [InlineData("www.expired.org", "address")]
    [InlineData("ads.example.org", "0.0.0.0")]
    [InlineData("nas.home", "address")]
    public async Task With_CD_dig_gets_the_answer_unvalidated(string name, string expected) =>
        OfDig(await home.Machine.RunAsync($"{home.Command("dig")} +cd {name}")).Should().Be(expected);

    [Fact(Timeout = Deadline)]
    public async Task With_CD_delv_finds_out_for_itself_what_is_wrong() =>
        (await home.Machine.RunAsync($"{home.Delv} +cd www.expired.org")).Should().Contain("RRSIG has expired").And.Contain("broken trust chain");

    /// <summary>Secure mode by policy, and the system's own DNS server does not answer: what Chromium knows, it knows from us.</summary>
    [Theory(Timeout = Deadline)]
    [InlineData("www.example.org", "it works")]
    [InlineData("www.example.net", "it works")]
    [InlineData("www.expired.org", "ERR_NAME_NOT_RESOLVED")]
    [InlineData("nas.home", "it works")]
    [InlineData("nextcloud.example.org", "it works")]
    [InlineData("nothing.home", "ERR_NAME_NOT_RESOLVED")]

    // 0.0.0.0 means the machine itself, and this one has a page there.
    [InlineData("ads.example.org", "this very device")]
    public async Task Chromium_opens_what_we_answer_over_HTTPS(string name, string expected)
    {
        var profile = Path.Combine(home.Machine.Folder, $"profile-{name}");

        var output = await home.Machine.RunAsync($"{Chromium.Path} --headless {string.Join(' ', Chromium.Arguments)} --dump-dom --user-data-dir={profile} http://{name}/");

        output.Should().Contain(expected);
    }

    // In the words of the table. What a SERVFAIL has besides, such as systemd-resolved's bogus records, no client takes.
    private static string OfDig(string output)
    {
        var status = Status().Match(output).Groups[1].Value;
        var what = status == "NOERROR" ? Addresses(output) : status;
        return AuthenticData().IsMatch(output) ? $"{what}, AD" : what;
    }

    private static string OfDelv(string output)
    {
        if (output.Contains("resolution failed: ncache nxdomain", StringComparison.Ordinal))
            return output.Contains("fully validated", StringComparison.Ordinal) ? "NXDOMAIN, AD" : "NXDOMAIN";
        if (output.Contains("resolution failed", StringComparison.Ordinal))
            return "SERVFAIL";
        return output.Contains("; fully validated", StringComparison.Ordinal) ? $"{Addresses(output)}, AD"
            : output.Contains("; unsigned answer", StringComparison.Ordinal) ? Addresses(output)
            : "";
    }

    private static string Addresses(string output) =>
        string.Join(' ', AddressRecord().Matches(output).Select(match => match.Groups[1].Value == ClientHome.Page ? "address" : match.Groups[1].Value));

    [GeneratedRegex(@"status: ([A-Z]+)")]
    private static partial Regex Status();

    [GeneratedRegex(@"^;; flags: [a-z ]* ad[; ]", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex AuthenticData();

    [GeneratedRegex(@"^[a-z][^;\s]*\s+\d+\s+IN\s+A\s+([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex AddressRecord();

    [GeneratedRegex(@"EDE: (?!13\b)(\d+)")]
    private static partial Regex ErrorCode();
}
