using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Agent.Web.Doh;

/// <summary>Whatever is sent as a query over HTTPS, the answer is DNS or a refusal that says why, and the next device is served.</summary>
public sealed class DnsOverHttpsFuzzTests(ITestOutputHelper output)
{
    private const int Requests = 3_000;

    private static readonly string[] Texts = ["", "=", "%", "%00", "AA", "AAAA", "A", "_-_-", "....", "%F0%9F%8F%A0", "AAABAAAB AAAA", "?dns=", "dns", "\u00e9", "AAAB%2BAAB"];
    private static readonly string[] Types = [DohHome.MediaType, "APPLICATION/DNS-MESSAGE", DohHome.MediaType + "; charset=utf-16", DohHome.MediaType + ";;;=\"", "text/plain", "application/dns-json", "x", ";"];
    private static readonly string[] Methods = ["GET", "POST", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "QUERY"];

    [Fact(Timeout = 300_000)]
    public async Task No_request_gives_500_and_the_next_device_is_served()
    {
        await using var home = await DohHome.StartAsync();
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var first = home.Client("1.1");
        using var second = home.Client("2.0");
        var seen = new Dictionary<int, int>();
        for (var i = 0; i < Requests; i++)
        {
            var client = i % 2 == 0 ? first : second;
            using var request = Request(random);
            (request.Version, request.VersionPolicy) = (client.DefaultRequestVersion, client.DefaultVersionPolicy);
            using var response = await client.SendAsync(request);
            var status = (int)response.StatusCode;
            seen[status] = seen.GetValueOrDefault(status) + 1;
            status.Should().BeLessThan(500, "seed {0}, request {1}: {2}", seed, i, request);
            if (status == 200)
                MessageText.Parse(await response.Content.ReadAsByteArrayAsync());
        }

        seen.Keys.Should().Contain([200, 400, 405, 413, 415]);
        (await DohHome.AskAsync(second, new QueryBuilder("airplay.home", RecordType.A).Build())).Message.Answer.Should().ContainSingle();
    }

    private static HttpRequestMessage Request(Random random)
    {
        var request = new HttpRequestMessage(new HttpMethod(Pick(random, Methods)), "/dns-query");
        if (request.Method == HttpMethod.Get)
        {
            var text = random.Next(3) == 0 ? Pick(random, Texts) : System.Buffers.Text.Base64Url.EncodeToString(Damaged(random));
            request.RequestUri = new Uri((random.Next(10) == 0 ? "/dns-query?DNS=" : "/dns-query?dns=") + text, UriKind.Relative);
            return request;
        }

        var body = random.Next(50) == 0 ? new byte[65_500 + random.Next(100)] : Damaged(random);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", random.Next(4) == 0 ? Pick(random, Types) : DohHome.MediaType);
        return request;
    }

    private static byte[] Damaged(Random random)
    {
        var query = new QueryBuilder(random.Next(2) == 0 ? "airplay.home" : "localhost", (RecordType)random.Next(1, 300)).Option((EdnsOptionCode)random.Next(20), new byte[random.Next(40)]).Build();
        for (var i = random.Next(6); i > 0; i--)
            query[random.Next(query.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? query[..random.Next(query.Length)] : query;
    }

    private static string Pick(Random random, string[] of) => of[random.Next(of.Length)];
}
