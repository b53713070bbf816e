using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Agent.Web.Doh;

/// <summary>Records of any type by the page's API, answered by the DNS server of the same process.</summary>
public sealed class RecordsApiTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_record_counts_at_once_and_its_end_too()
    {
        await using var home = await DohHome.StartAsync();
        using var client = home.Web.OverSocket();
        using var device = home.Client("2.0");
        async Task<IReadOnlyList<string>> AskAsync(string name, RecordType type) => (await DohHome.AskAsync(device, new QueryBuilder(name, type).Build())).Message.Answer;

        (await client.PostAsJsonAsync("/api/v1/dns/records", new { name = "_acme-challenge.airplay.home", type = "txt", data = "\"a token\"", ttl = 5 })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.PostAsJsonAsync("/api/v1/dns/records", new { name = "airplay.home.", type = "MX", data = "10 mail.home." })).StatusCode.Should().Be(HttpStatusCode.NoContent);

        (await AskAsync("_acme-challenge.airplay.home", RecordType.Txt)).Should().Equal("_acme-challenge.airplay.home. 5 IN TXT \"a token\"");
        (await AskAsync("airplay.home", RecordType.A)).Should().ContainSingle("the address of the hosts file stays");
        var all = (await client.GetFromJsonAsync<JsonElement>("/api/v1/dns/records")).EnumerateArray().Select(record => record.ToString()).ToList();
        all.Should().Equal(
            """{"name":"_acme-challenge.airplay.home.","ttl":5,"type":"TXT","data":"\u0022a token\u0022","deleted":false}""",
            """{"name":"airplay.home.","ttl":60,"type":"MX","data":"10 mail.home.","deleted":false}""");

        (await client.DeleteAsync("/api/v1/dns/records/AIRPLAY.home")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await AskAsync("airplay.home", RecordType.Mx)).Should().BeEmpty();
        (await client.DeleteAsync("/api/v1/dns/records/airplay.home")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/history")).EnumerateArray().Select(line => line.GetProperty("kind").GetString()).Take(3).Should().Equal("recordRemoved", "recordAdded", "recordAdded");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("nas.example.org", "A", "192.168.1.1", "nas.example.org. is in no zone of the home")]
    [InlineData("nas.home", "AB", "1", "That is not a type")]
    [InlineData("nas.home", "A", "192.168.1", "'192.168.1' is not an IPv4 address")]
    [InlineData("nas.home", "A", "192.168.1.1\n evil.home A 192.168.1.2", "in one line")]
    [InlineData("nas.home TXT x", "A", "192.168.1.1", "without spaces")]
    [InlineData("(nas.home", "A", "192.168.1.1", "without spaces")]
    [InlineData("nas.home", "TXT", "\"open", "not closed")]
    [InlineData(null, null, null, "needs a whole name")]
    [InlineData("nas.home", "", "x", "needs a type")]
    public async Task What_is_wrong_changes_nothing_and_is_said(string? name, string? type, string? data, string problem)
    {
        await using var home = await DohHome.StartAsync();
        using var client = home.Web.OverSocket();

        var refused = await client.PostAsJsonAsync("/api/v1/dns/records", new { name, type, data });

        refused.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString().Should().Contain(problem);
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/dns/records")).GetArrayLength().Should().Be(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_wrong_is_said_in_Japanese_to_who_asks_so()
    {
        await using var home = await DohHome.StartAsync();
        using var client = home.Web.OverSocket();
        client.DefaultRequestHeaders.Add("Accept-Language", "ja");
        async Task<string?> AddAsync(string name, string type, string data) =>
            (await (await client.PostAsJsonAsync("/api/v1/dns/records", new { name, type, data })).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString();

        (await AddAsync("nas.home", "", "x")).Should().Be("レコードのタイプを指定してください (例: TXT)。");
        (await AddAsync("nas.example.org", "A", "192.168.1.1")).Should().StartWith("nas.example.org. は、家のゾーン、").And.EndWith("にもありません。");
        (await AddAsync("nas.home", "MX", "ten mail.home.")).Should().Be("'ten' は 0 から 65535 までの数ではありません。");
        (await AddAsync("nas.home", "MX", "10")).Should().Be("MX のデータが足りません。名前がありません。");
        (await AddAsync("nas.home", "MX", "10 a..b.")).Should().StartWith("'a..b.' は名前ではありません。").And.EndWith("。");
        (await AddAsync("nas.home", "HTTPS", "1 . port=x")).Should().Be("port が 'x' で、0 から 65535 までのポートではありません。");
        (await AddAsync("nas.home", "AXFR", "x")).Should().EndWith("。");
    }

    /// <summary>A disk that fails: the home still has DNS, and nothing that may come back is replaced.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Records_that_cannot_be_read_stop_no_DNS_and_are_not_overwritten()
    {
        var file = "";
        await using var home = await DohHome.StartAsync((options, _) => File.CreateSymbolicLink(file = Path.Combine(options.Registry.DataDirectory, "dns-updates"), "/proc/self/mem"));
        using var client = home.Web.OverSocket();
        using var device = home.Client("2.0");

        (await DohHome.AskAsync(device, new QueryBuilder("airplay.home", RecordType.A).Build())).Message.Answer.Should().ContainSingle();
        var refused = await client.PostAsJsonAsync("/api/v1/dns/records", new { name = "airplay.home", type = "MX", data = "10 mail.home." });
        (await refused.Content.ReadAsStringAsync()).Should().Contain("could not be read at the start");
        new FileInfo(file).LinkTarget.Should().Be("/proc/self/mem");
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_DNS_runs_elsewhere_there_is_nothing_to_change()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        (await client.GetAsync("/api/v1/dns/records")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.PostAsJsonAsync("/api/v1/dns/records", new { name = "nas.home", type = "A", data = "192.168.1.1" })).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await client.DeleteAsync("/api/v1/dns/records/nas.home")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }
}
