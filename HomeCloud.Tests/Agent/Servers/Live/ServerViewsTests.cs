using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;

namespace HomeCloud.Tests.Agent.Servers.Live;

/// <summary>What a container, or its image, says of itself never becomes a command, a link or a control sequence.</summary>
public class ServerViewsTests
{
    [Theory]
    [InlineData("-oProxyCommand=touch /tmp/hacked")]
    [InlineData("root\n")]
    [InlineData("root -oProxyCommand=id")]
    [InlineData("$(id)")]
    [InlineData("root; id")]
    [InlineData("root@elsewhere")]
    [InlineData("r\u202eoot")]
    [InlineData("")]
    public void A_label_that_is_no_login_name_is_in_no_command(string user)
    {
        var view = View(Box() with { Labels = Ours.Add(Labels.User, user) });
        view.Ssh.Should().Be("ssh box.home");
        view.SshTo.Should().Be(new SshTarget(null, "box.home", 22));
    }

    [Fact]
    public void The_login_name_is_taken_from_servers_made_here_only()
    {
        View(Box() with { Labels = Ours.Add(Labels.User, "ada") }).SshTo.Should().Be(new SshTarget("ada", "box.home", 22));
        View(Box() with { Labels = NoLabels.Add(Labels.User, "ada") }).SshTo.Should().Be(new SshTarget(null, "box.home", 22));
    }

    [Theory]
    [InlineData("-oProxyCommand=id")]
    [InlineData("a b.home")]
    [InlineData("box.home/..//evil")]
    [InlineData("box.home#")]
    [InlineData("b\u202eox.home")]
    public void A_name_that_is_no_host_name_is_in_no_command_and_no_link(string fullName)
    {
        var view = View(Box(), fullName);
        view.Ssh.Should().BeNull();
        view.SshTo.Should().BeNull();
        view.Ports.Should().OnlyContain(p => p.Url == null);
    }

    [Fact]
    public void Nothing_that_a_person_reads_has_control_characters_or_turns_its_direction()
    {
        const string Evil = "\u001b]0;owned\a\u202etxt.exe\u2066\r\n\u2028x";
        var view = View(Box() with
        {
            Image = Evil,
            Volumes = [Evil],
            Labels = Ours.Add(Labels.Template, Evil).Add(Labels.Aliases, "ok," + Evil).Add(Labels.User, Evil).Add(Labels.Ports, Evil),
            Endpoints = [new EndpointFacts(Evil, "", [IPAddress.Parse("192.168.7.9")], []) { Mac = Evil }],
        }, explanation: Evil);
        using var document = JsonSerializer.SerializeToDocument(view);
        var texts = Texts(document.RootElement).ToList();
        texts.Should().NotContain(t => t.Any(c => char.IsControl(c) || "\u202e\u2066\u2028".Contains(c)));
        view.Aliases.Should().Equal("ok");
        view.Template.Should().BeNull("no template has such an id");
        view.Mac.Should().BeNull();
    }

    [Fact]
    public void A_label_with_every_port_costs_no_more_than_one_with_twenty() =>
        View(Box() with { Labels = Ours.Add(Labels.Ports, string.Join(' ', Enumerable.Range(1, 65_535))) }).Ports.Should().HaveCountLessThanOrEqualTo(20);

    [Fact]
    public void A_server_that_does_not_run_has_no_links_and_shows_the_address_that_it_keeps()
    {
        var stopped = Box() with { Life = ContainerLife.Exited, StartedAt = null, Lan = LanPlace.None };

        var view = ServerViews.From(stopped, "box.home", _ => null, null, kept: IPAddress.Parse("192.168.7.9"));

        view.Ports.Should().NotBeEmpty().And.OnlyContain(p => p.Url == null);
        view.KeptAddress.Should().Be("192.168.7.9");
        view.Explanation.Should().BeNull();
    }

    [Fact]
    public void One_that_keeps_crashing_says_how_and_why() =>
        ServerViews.From(Box() with { Life = ContainerLife.Restarting, StartedAt = null, ExitCode = 3 }, "box.home", _ => null, null, lastLine: "no such \u001b[31mdatabase")
            .Explanation.Should().StartWith("Keeps crashing: exit code 3, last line: no such ").And.NotContain("\u001b");

    private static ImmutableDictionary<string, string> NoLabels => ImmutableDictionary<string, string>.Empty;

    private static ImmutableDictionary<string, string> Ours => NoLabels.Add(Labels.Server, "1");

    private static ContainerFacts Box() => new()
    {
        Id = new string('a', 64),
        Name = "box",
        Image = "box",
        Life = ContainerLife.Running,
        StartedAt = DateTimeOffset.UnixEpoch,
        Ports = [22, 80],
        Endpoints = [new EndpointFacts("lan", "", [IPAddress.Parse("192.168.7.9")], []) { Mac = "02:42:c0:a8:07:09" }],
    };

    private static ServerView View(ContainerFacts container, string fullName = "box.home", string? explanation = null) =>
        ServerViews.From(explanation is null ? container : container with { Endpoints = [.. container.Endpoints.Select(a => a with { Addresses = [] })], Life = ContainerLife.Running }, fullName, _ => true, explanation);

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Texts(p.Value)),
        _ => [],
    };
}
