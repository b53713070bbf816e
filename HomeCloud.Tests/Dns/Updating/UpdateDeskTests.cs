using System.Net;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Updating;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Dns.Updating;

/// <summary>What updates do on the whole server, and what stays of them.</summary>
public sealed class UpdateDeskTests
{
    private const int Timeout = 60_000;
    private const string Challenge = "_acme-challenge.nas.home.";

    [Theory(Timeout = Timeout)]
    [InlineData(QueryTransport.Udp)]
    [InlineData(QueryTransport.Tcp)]
    [InlineData(QueryTransport.Tls)]
    public async Task An_update_counts_at_once_in_all_zones_of_the_home_and_its_answer_is_signed(QueryTransport transport)
    {
        await using var server = await new UpdatedServer().StartAsync();
        var message = UpdateBuilder.Sign(new UpdateBuilder("home.arpa.").Add("_Acme-Challenge.nas.home.arpa.", RecordType.Txt, UpdateBuilder.Text("token")).Build(), UpdatedServer.Certbot, UpdatedServer.Now);

        var answer = await server.SendAsync(message, transport);

        answer.Code.Should().Be(ResponseCode.NoError);
        SignatureText.IsGood(answer.Octets, SignatureText.Mac(message), UpdatedServer.Certbot).Should().BeTrue();
        (await server.AskAsync(Challenge)).Should().Be($"{Challenge} 60 TXT token");
        (await server.AskAsync("_acme-challenge.nas.home.arpa.")).Should().Be("_acme-challenge.nas.home.arpa. 60 TXT token");
    }

    [Fact(Timeout = Timeout)]
    public async Task What_was_changed_and_deleted_is_so_after_a_restart()
    {
        await using var server = await new UpdatedServer().StartAsync();
        await Good(server, new UpdateBuilder("home.").Add(Challenge, RecordType.Txt, UpdateBuilder.Text("one")).Add(Challenge, RecordType.Txt, UpdateBuilder.Text("two")));
        await Good(server, new UpdateBuilder("acme.example.net.").Add("nas.acme.example.net.", RecordType.Txt, UpdateBuilder.Text("three")));
        await Good(server, new UpdateBuilder("example.org.").Add("nas.example.org.", RecordType.Mx, [0, 5, .. DnsName.Parse("mail.example.com.")]).Then("nas.example.org.", RecordType.A, RecordClass.Any));

        await server.StartAsync();

        (await server.AskAsync(Challenge)).Should().Be($"{Challenge} 60 TXT one; {Challenge} 60 TXT two");
        (await server.AskAsync("nas.acme.example.net.")).Should().Be("nas.acme.example.net. 60 TXT three");
        (await server.AskAsync("nas.example.org.", RecordType.Mx)).Should().Be("nas.example.org. 60 MX 5 mail.example.com.");
        (await server.AskAsync("nas.example.org.", RecordType.A)).Should().Be("NOERROR");
        (await server.AskAsync("_acme-challenge.example.org.")).Should().Be("_acme-challenge.example.org. 300 TXT static");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_damaged_file_is_set_aside_and_names_are_answered()
    {
        await using var server = new UpdatedServer();
        await File.WriteAllTextAsync(server.Updates, "homecloud-dns updates 1\nnas.home. TXT 60 zz\n");

        await server.StartAsync();

        (await server.AskAsync("box.home.", RecordType.A)).Should().Be("box.home. 60 A 192.168.1.60");
        Directory.GetFiles(Path.GetDirectoryName(server.Updates)!, "dns-updates.unreadable-*").Should().ContainSingle();
        await Good(server, new UpdateBuilder("home.").Add(Challenge, RecordType.Txt, UpdateBuilder.Text("new")));
    }

    [Fact(Timeout = Timeout)]
    public async Task What_cannot_be_written_to_disk_has_not_happened()
    {
        await using var server = await new UpdatedServer().StartAsync();
        Directory.CreateDirectory(server.Updates + ".tmp");

        (await server.UpdateAsync(new UpdateBuilder("home.").Add(Challenge, RecordType.Txt, UpdateBuilder.Text("lost")))).Should().Be(ResponseCode.ServerFailure);
        (await server.AskAsync(Challenge)).Should().Be("NXDOMAIN");

        Directory.Delete(server.Updates + ".tmp");
        await Good(server, new UpdateBuilder("home.").Add(Challenge, RecordType.Txt, UpdateBuilder.Text("kept")));
    }

    [Fact(Timeout = Timeout)]
    public async Task One_forbidden_change_of_many_changes_nothing()
    {
        await using var server = await new UpdatedServer().StartAsync();

        (await server.UpdateAsync(new UpdateBuilder("home.").Add(Challenge, RecordType.Txt, UpdateBuilder.Text("x")).Add("nas.home.", RecordType.Txt, UpdateBuilder.Text("x")), UpdatedServer.Certbot)).Should().Be(ResponseCode.Refused);
        (await server.UpdateAsync(new UpdateBuilder("home.").Add(Challenge, RecordType.Txt, UpdateBuilder.Text("x")).Add("box.test.", RecordType.Txt, UpdateBuilder.Text("x")))).Should().Be(ResponseCode.NotInZone);
        (await server.UpdateAsync(new UpdateBuilder("example.org.").Add("a.example.org.", RecordType.Txt, UpdateBuilder.Text("x")).Add("b.example.org.", RecordType.Cname, DnsName.Parse("gone.example.org.")))).Should().Be(ResponseCode.Refused, "the alias leads nowhere");

        (await server.AskAsync(Challenge)).Should().Be("NXDOMAIN");
        File.Exists(server.Updates).Should().BeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task Names_of_the_registry_are_not_changed_but_may_get_records_beside_theirs()
    {
        await using var server = await new UpdatedServer().StartAsync();

        (await server.UpdateAsync(new UpdateBuilder("home.").Then("box.home.", RecordType.A, RecordClass.Any))).Should().Be(ResponseCode.Refused);
        (await server.UpdateAsync(new UpdateBuilder("home.").Then("box.home.", RecordType.Any, RecordClass.Any))).Should().Be(ResponseCode.Refused);
        (await server.UpdateAsync(new UpdateBuilder("home.").If("box.home.", RecordType.A, RecordClass.Internet, UpdateBuilder.Address("192.168.1.60")).Add("box.home.", RecordType.Mx, [0, 5, .. DnsName.Parse("box.home.arpa.")]))).Should().Be(ResponseCode.NoError);

        (await server.AskAsync("box.home.", RecordType.A)).Should().Be("box.home. 60 A 192.168.1.60");
        (await server.AskAsync("box.home.", RecordType.Mx)).Should().Be("box.home. 60 MX 5 box.home.");
        (await server.UpdateAsync(new UpdateBuilder("home.").If("box.home.", RecordType.Mx, RecordClass.Internet, [0, 5, .. DnsName.Parse("box.home.")]).Then("box.home.", RecordType.Mx, RecordClass.Any))).Should().Be(ResponseCode.NoError);
        (await server.AskAsync("box.home.", RecordType.Mx)).Should().Be("NOERROR");
    }

    [Fact(Timeout = Timeout)]
    public async Task Serials_rise()
    {
        await using var server = await new UpdatedServer().StartAsync();
        var (home, delegated) = (await SerialAsync(server, "home."), await SerialAsync(server, "acme.example.net."));

        await Good(server, new UpdateBuilder("home.").Add(Challenge, RecordType.Txt, UpdateBuilder.Text("x")));
        await Good(server, new UpdateBuilder("example.org.").Add("_acme-challenge.nas.example.org.", RecordType.Txt, UpdateBuilder.Text("x")));
        await Good(server, new UpdateBuilder("example.org.").Then("_acme-challenge.nas.example.org.", RecordType.Txt, RecordClass.Any));

        // A second change within one second shows with the next.
        server.Server.Displacement.Advance(2_000);
        (await SerialAsync(server, "home.")).Should().BeGreaterThan(home);
        (await SerialAsync(server, "acme.example.net.")).Should().BeGreaterThan(delegated);
        (await server.SendAsync(DnsMessage.Query("nas.example.org.", RecordType.Aaaa))).Authorities.Should().Equal("example.org. 60 SOA ns.example.com. host.example.com. 3 3600 600 86400 60");
        await Good(server, new UpdateBuilder("example.org.").Then("_acme-challenge.nas.example.org.", RecordType.Txt, RecordClass.Any));
        (await server.SendAsync(DnsMessage.Query("nas.example.org.", RecordType.Aaaa))).Authorities.Should().ContainSingle().Which.Should().Contain(" 3 3600 ", "nothing has changed");
    }

    [Fact(Timeout = Timeout)]
    public async Task Records_are_bounded()
    {
        await using var server = await new UpdatedServer().StartAsync();
        var many = new UpdateBuilder("home.");
        for (var i = 0; i <= UpdatedRecords.MaxSet; i++)
            many.Add(Challenge, RecordType.Txt, UpdateBuilder.Text($"{i}"));
        (await server.UpdateAsync(many)).Should().Be(ResponseCode.Refused);

        var (names, code) = (0, ResponseCode.NoError);
        for (; code == ResponseCode.NoError && names <= UpdatedRecords.MaxRecords; names += 500)
        {
            var update = new UpdateBuilder("home.");
            for (var i = 0; i < 500; i++)
                update.Add($"_acme-challenge.n{names + i}.home.", RecordType.Txt, UpdateBuilder.Text("x"));
            code = await server.UpdateAsync(update);
        }

        code.Should().Be(ResponseCode.Refused);
        names.Should().BeInRange(2_500, UpdatedRecords.MaxRecords);
        (await server.AskAsync("_acme-challenge.n0.home.")).Should().Contain("TXT x");
        (await server.AskAsync(Challenge)).Should().Be("NXDOMAIN");
    }

    [Fact(Timeout = Timeout)]
    public async Task What_the_outside_said_before_does_not_hide_an_update()
    {
        await using var upstream = new ScriptedServer().When("*", null, reply =>
        {
            reply.Code = ResponseCode.NameError;
            reply.Authorities.Add("example.org. 3600 SOA ns.example.org. host.example.org. 1 2 3 4 3600");
        });
        await using var server = await new UpdatedServer().StartAsync(upstream.EndPoint.ToString());
        const string name = "_acme-challenge.nas.example.org.";
        (await server.AskAsync(name)).Should().Be("NXDOMAIN");

        await Good(server, new UpdateBuilder("example.org.").Add(name, RecordType.Txt, UpdateBuilder.Text("token")));
        (await server.AskAsync(name)).Should().Be($"{name} 60 TXT token");

        await Good(server, new UpdateBuilder("example.org.").Then(name, RecordType.Any, RecordClass.Any));
        (await server.AskAsync(name)).Should().Be("NXDOMAIN");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_reload_takes_new_files_and_keys_and_keeps_the_updates()
    {
        await using var server = await new UpdatedServer().StartAsync();
        await Good(server, new UpdateBuilder("example.org.").Then("_acme-challenge.example.org.", RecordType.Txt, RecordClass.Any).Add("_acme-challenge.nas.example.org.", RecordType.Txt, UpdateBuilder.Text("token")));

        await File.WriteAllTextAsync(server.PathOf("zone"), UpdatedServer.Zone.Replace("192.0.2.1", "192.0.2.2", StringComparison.Ordinal));
        await File.WriteAllTextAsync(server.PathOf("keys"), UpdatedServer.Certbot.Statement);
        var options = new DnsServerOptions();
        server.Configure(options);
        options.Validate().Should().BeEmpty();
        server.Server.Services.GetRequiredService<UpdateService>().Reload(options.Updates);
        server.Server.Services.GetRequiredService<UpdateDesk>().Reload(options.Serving);

        (await server.AskAsync("nas.example.org.", RecordType.A)).Should().Be("nas.example.org. 300 A 192.0.2.2");
        (await server.AskAsync("_acme-challenge.nas.example.org.")).Should().Be("_acme-challenge.nas.example.org. 60 TXT token");
        (await server.AskAsync("_acme-challenge.example.org.")).Should().Be("SERVFAIL", "it is deleted here, and outside nobody answers");
        (await server.UpdateAsync(new UpdateBuilder("home."))).Should().Be(ResponseCode.NotAuthoritative, "the key is gone");

        // A file that no longer goes with the updates still counts.
        await File.WriteAllTextAsync(server.PathOf("zone"), UpdatedServer.Zone + "_acme-challenge.nas CNAME nas\n");
        options = new DnsServerOptions();
        server.Configure(options);
        options.Validate().Should().BeEmpty();
        server.Server.Services.GetRequiredService<UpdateService>().Reload(options.Updates);
        server.Server.Services.GetRequiredService<UpdateDesk>().Reload(options.Serving);
        (await server.AskAsync("_acme-challenge.nas.example.org.", RecordType.A)).Should().Contain("CNAME nas.example.org.");
    }

    [Fact(Timeout = Timeout)]
    public async Task What_an_update_made_of_a_name_can_be_forgotten()
    {
        await using var server = await new UpdatedServer().StartAsync();
        await Good(server, new UpdateBuilder("example.org.").Then("_acme-challenge.example.org.", RecordType.Txt, RecordClass.Any));
        var desk = server.Server.Services.GetRequiredService<UpdateDesk>();

        desk.Forget(DnsName.Parse("_acme-challenge.example.org."), out _).Should().Be(1);
        desk.Forget(DnsName.Parse("_acme-challenge.example.org."), out _).Should().Be(0);

        (await server.AskAsync("_acme-challenge.example.org.")).Should().Be("_acme-challenge.example.org. 300 TXT static");
    }

    [Theory]
    [InlineData("nas.acme.example.net.", RecordType.Txt, "NXDOMAIN")]
    [InlineData("acme.example.net.", RecordType.Soa, "NOERROR")]
    [InlineData("acme.example.net.", RecordType.Ns, "NOERROR")]
    [InlineData("ns.home.", RecordType.A, "REFUSED")]
    [InlineData("example.net.", RecordType.Soa, "REFUSED")]
    [InlineData("acme.example.net.", RecordType.Axfr, "REFUSED")]
    public void Strangers_may_ask_for_delegated_zones_and_learn_nothing_of_the_home(string name, RecordType type, string code)
    {
        var harness = new PipelineHarness(null, "home.", "acme.example.net=home.example.net") { Client = ClientAddress.From(IPAddress.Parse("203.0.113.9")) };

        var answer = harness.Ask(name, type);

        answer.Code.Should().Be(code);
        answer.Additional.Should().BeEmpty("the address that the query came to is one of the home");
        if (type == RecordType.Ns)
            answer.Answer.Should().ContainSingle().Which.Should().EndWith("home.example.net.");
    }

    [Theory]
    [InlineData("acme.example.net", "is not ZONE=SERVER")]
    [InlineData("net=home.example.net", "is not ZONE=SERVER")]
    [InlineData("acme.home=home.example.net", "overlap")]
    [InlineData("acme.example.net=ns.acme.example.net", "lies in the zone that it serves")]
    public void A_delegated_zone_is_checked(string text, string problem)
    {
        var options = new DnsServerOptions();
        options.Zones.DelegatedNames.Add(text);

        options.Validate().Should().ContainSingle().Which.Should().StartWith($"--delegated-zone '{text}' ").And.Contain(problem);
    }

    private static async Task Good(UpdatedServer server, UpdateBuilder update) => (await server.UpdateAsync(update)).Should().Be(ResponseCode.NoError);

    private static async Task<uint> SerialAsync(UpdatedServer server, string zone) => uint.Parse((await server.AskAsync(zone, RecordType.Soa)).Split(' ')[5], System.Globalization.CultureInfo.InvariantCulture);
}
