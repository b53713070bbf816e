using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Registry;
using static HomeCloud.Tests.Agent.Naming.Given;

namespace HomeCloud.Tests.Agent.Naming;

/// <summary>Which names, and who gets them.</summary>
public class NamePlannerTests
{
    [Fact]
    public void The_tasks_of_a_Swarm_service_share_its_name_and_finished_ones_count_for_nothing()
    {
        ContainerFacts Task(int number, string address) => Container($"airplay.{number}.0123456789abcdefghijklmno", "com.docker.swarm.service.name=airplay").At(address);
        var plan = Plan(Task(1, "192.168.1.20"), Task(2, "192.168.1.21"), Task(3, "192.168.1.22").Stopped());
        plan.Records.Keys.Should().Equal("airplay");
        plan.Records["airplay"].Addresses.Select(address => address.ToString()).Should().BeEquivalentTo("192.168.1.20", "192.168.1.21");
        plan.Warnings.Should().BeEmpty();
    }

    [Fact]
    public void A_stacks_service_has_the_names_that_composes_have()
    {
        var task = Container("shop_web.1.0123456789abcdefghijklmno", "com.docker.swarm.service.name=shop_web", "com.docker.stack.namespace=shop");
        Plan(task).Records.Keys.Should().BeEquivalentTo("shop-web", "web.shop", "web");
    }

    [Fact]
    public void No_container_means_no_name() => Plan().Records.Should().BeEmpty();

    [Fact]
    public void A_container_on_the_LAN_has_its_name_its_address_and_its_story()
    {
        var record = Plan(Container("airplay") with { Image = "sshbox:1", Exposed = ["22/tcp"] }).Records["airplay"];
        record.Should().Be(new NameRecord
        {
            Name = "airplay",
            Owner = "agent-1",
            Addresses = [IPAddress.Parse("192.168.1.20")],
            Since = Noon,
            Attributes = record.Attributes,
        });
        record.Attributes.Should().Equal(new Dictionary<string, string>
        {
            ["container"] = "airplay",
            ["host"] = "attic",
            ["id"] = record.Attributes["id"],
            ["image"] = "sshbox:1",
            ["network"] = "lan",
            ["ports"] = "22/tcp",
        });
    }

    [Fact]
    public void Labels_replace_and_add_names()
    {
        var plan = Plan(Container("x1", "homecloud.name=Media Server", "homecloud.aliases=tv, films.home;Музыка"));
        plan.Records.Keys.Should().BeEquivalentTo("media", "server", "tv", "films", "xn--80anjg9azc");
        plan.Records.Values.Where(record => record.Reverse).Should().ContainSingle().Which.Name.Should().Be("media");
        plan.Warnings.Should().BeEmpty();
    }

    [Fact]
    public void An_ignored_container_has_no_name() => Plan(Container("x", "homecloud.ignore=true")).Records.Should().BeEmpty();

    [Fact]
    public void A_wildcard_answers_below_the_name()
    {
        var plan = Plan(Container("x", "homecloud.wildcard=yes"));
        plan.Records.Keys.Should().BeEquivalentTo("x", "*.x");
        plan.Records["*.x"].Should().BeEquivalentTo(new { Reverse = false, plan.Records["x"].Addresses }, options => options.ComparingByMembers<IPAddress>());
    }

    [Fact]
    public void Services_and_TTL_come_from_labels()
    {
        var record = Plan(Container("x", "homecloud.srv=http:8080, dns/udp:53:10:5", "homecloud.service.ssh=22", "homecloud.service.sip=5060/udp:1", "homecloud.ttl=60")).Records["x"];
        record.Ttl.Should().Be(60);
        record.Services.Should().BeEquivalentTo(new ServiceEndpoint[]
        {
            new("http", "tcp", 8080), new("dns", "udp", 53, 10, 5), new("ssh", "tcp", 22), new("sip", "udp", 5060, 1),
        });
    }

    [Theory]
    [InlineData("homecloud.name=___", "homecloud.name '___'")]
    [InlineData("homecloud.aliases=ok,---", "'---'")]
    [InlineData("homecloud.ttl=soon", "homecloud.ttl 'soon'")]
    [InlineData("homecloud.ttl=-1", "homecloud.ttl '-1'")]
    [InlineData("homecloud.ttl=99999999999", "homecloud.ttl '99999999999'")]
    [InlineData("homecloud.wildcard=maybe", "homecloud.wildcard 'maybe'")]
    [InlineData("homecloud.srv=http", "'http'")]
    [InlineData("homecloud.srv=http:0", "'http:0'")]
    [InlineData("homecloud.srv=http/sctp:80", "'http/sctp:80'")]
    [InlineData("homecloud.srv=:80", "':80'")]
    [InlineData("homecloud.service.http=65536", "homecloud.service.http '65536'")]
    [InlineData("homecloud.service.=80", "homecloud.service. '80'")]
    public void A_label_that_makes_no_sense_is_named_and_the_rest_counts(string label, string quoted)
    {
        var plan = Plan(Container("x", label));
        plan.Records.Should().ContainKey("x");
        plan.Warnings.Should().ContainSingle().Which.ToString().Should().StartWith("Container x: ").And.Contain(quoted);
    }

    [Fact]
    public void Compose_services_answer_by_service_and_project()
    {
        var plan = Plan(Replica("shop", "web_front", 1));
        plan.Records.Keys.Should().BeEquivalentTo("shop-web-front-1", "web-front.shop", "web-front");
        plan.Records.Values.Count(record => record.Reverse).Should().Be(1);
    }

    [Fact]
    public void Scale_gives_one_name_several_addresses()
    {
        var plan = Plan(Replica("shop", "web", 1).At("192.168.1.21"), Replica("shop", "web", 2).Younger().At("192.168.1.22"), Replica("shop", "web", 3).Stopped());
        plan.Records["web.shop"].Addresses.Should().Equal(IPAddress.Parse("192.168.1.21"), IPAddress.Parse("192.168.1.22"));
        plan.Records["web"].Addresses.Should().HaveCount(2);
        plan.Records["web.shop"].Attributes["container"].Should().Be("shop-web-1, shop-web-2");
        plan.Records["shop-web-3"].State.Should().Be(RecordState.Stopped);
    }

    [Fact]
    public void Replicas_share_the_name_that_their_label_gives()
    {
        var plan = Plan(Replica("shop", "web", 1, "homecloud.name=www").At("192.168.1.21"), Replica("shop", "web", 2, "homecloud.name=www").At("192.168.1.22"));
        plan.Records["www"].Addresses.Should().HaveCount(2);
        plan.Records["www"].Reverse.Should().BeTrue();
        plan.Warnings.Should().BeEmpty();
    }

    [Fact]
    public void A_service_of_two_projects_is_ambiguous_and_answers_only_with_its_project()
    {
        var plan = Plan(Replica("shop", "db", 1).At("192.168.1.21"), Replica("blog", "db", 1).At("192.168.1.22"));
        plan.Records.Keys.Should().BeEquivalentTo("shop-db-1", "db.shop", "blog-db-1", "db.blog");
        Plan(Replica("shop", "db", 1), Replica("blog", "db", 1).Stopped()).Records["db"].Addresses.Should().ContainSingle("the other project is down");
    }

    [Fact]
    public void A_one_off_container_of_compose_is_no_replica() =>
        Plan(Replica("shop", "web", 1, "com.docker.compose.oneoff=True")).Records.Keys.Should().BeEquivalentTo("shop-web-1");

    [Fact]
    public void Network_aliases_are_shared_as_in_Docker()
    {
        ContainerFacts Aliased(string name, string address) => Container(name) with
        {
            Endpoints = [On("lan", address) with { Aliases = ["cache", Container(name).ShortId, name] }],
        };
        var plan = Plan(Aliased("one", "192.168.1.21"), Aliased("two", "192.168.1.22"));
        plan.Records.Keys.Should().BeEquivalentTo("one", "two", "cache");
        plan.Records["cache"].Addresses.Should().HaveCount(2);
    }

    [Fact]
    public void The_oldest_keeps_a_name_and_the_others_get_numbers()
    {
        var plan = Plan(
            Container("my_app").Younger().At("192.168.1.22"),
            Container("my-app").At("192.168.1.21"),
            Container("my.app", "homecloud.name=my app", "homecloud.wildcard=1").Younger(2).At("192.168.1.23"),
            Container("MY-APP").Younger(3).At("192.168.1.24"),
            Container("my-app-2").Younger(9).At("192.168.1.29"));
        Address(plan, "my-app").Should().Be("192.168.1.21");
        Address(plan, "my-app-2").Should().Be("192.168.1.29", "it is its own name");
        Address(plan, "my-app-3").Should().Be("192.168.1.22");
        Address(plan, "my-app-4").Should().Be("192.168.1.24");
        Address(plan, "*.my").Should().Be("192.168.1.23");
        plan.Warnings.Select(warning => warning.ToString()).Should().BeEquivalentTo(
            "Container my_app: its name 'my-app' belongs to container my-app, which is older; it is named 'my-app-3'",
            "Container MY-APP: its name 'my-app' belongs to container my-app, which is older; it is named 'my-app-4'");
    }

    [Fact]
    public void A_stopped_claimant_gives_way_to_a_running_one()
    {
        var plan = Plan(Container("web-v1", "homecloud.name=web").Stopped(), Container("web-v2", "homecloud.name=web").Younger().At("192.168.1.22"));
        Address(plan, "web").Should().Be("192.168.1.22");
        plan.Records["web-2"].State.Should().Be(RecordState.Stopped);
        plan.Warnings.Should().ContainSingle().Which.Text.Should().Contain("belongs to container web-v2, which is running");
    }

    [Fact]
    public void An_own_name_beats_an_alias_and_an_alias_beats_a_service()
    {
        var plan = Plan(
            Container("old", "homecloud.aliases=web,db"),
            Container("web").Younger().At("192.168.1.22"),
            Replica("shop", "db", 1).At("192.168.1.23"));
        Address(plan, "web").Should().Be("192.168.1.22");
        Address(plan, "db").Should().Be("192.168.1.20");
        plan.Warnings.Should().ContainSingle().Which.ToString().Should().Be("Container old: its alias 'web' belongs to container web");
    }

    [Fact]
    public void The_order_of_listing_does_not_matter()
    {
        ContainerFacts[] containers =
        [
            Container("a", "homecloud.name=x"), Container("b", "homecloud.name=x"), Container("c", "homecloud.name=x", "homecloud.aliases=y"),
            Container("d", "homecloud.aliases=y"), Replica("p", "s", 1), Replica("p", "s", 2), Replica("q", "s", 1).Stopped(),
        ];
        var expected = Plan(containers);
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            random.Shuffle(containers);
            var plan = Plan(containers);
            plan.Records.Should().Equal(expected.Records);
            plan.Warnings.Should().Equal(expected.Warnings);
        }
    }

    private static string Address(NamePlan plan, string name) =>
        plan.Records.GetValueOrDefault(name)?.Addresses.Should().ContainSingle(name).Subject.ToString() ?? $"no {name}";

    [Theory]
    [InlineData("cloud")]
    [InlineData("wpad")]
    [InlineData("isatap")]
    [InlineData("localhost")]
    [InlineData("check")]
    [InlineData("ns")]
    public void A_reserved_name_is_nobody_s_however_it_is_claimed(string name)
    {
        var plan = Plan(
            Container(name),
            Container("a", $"homecloud.name={name}").At("192.168.1.21").Younger(),
            Container("b", $"homecloud.aliases={name}").At("192.168.1.22").Younger(2),
            Replica("shop", name, 1).At("192.168.1.23").Younger(3));
        plan.Records.Keys.Should().NotContain(name).And.Contain($"{name}-2").And.Contain("b").And.Contain($"{name}.shop");
        plan.Records[$"{name}-2"].Attributes[RecordAttributes.Refused].Should().StartWith($"{name} is reserved: ");
        plan.Warnings.Where(warning => warning.Text.Contains("reserved", StringComparison.Ordinal)).Select(warning => warning.Container).Should().Contain([name, "a", "b"]);
    }

    /// <summary>A site below the page's name may set cookies for the page, and counts as the same site.</summary>
    [Fact]
    public void Names_below_the_page_s_are_nobody_s_either()
    {
        var plan = Plan(
            Container("a", "homecloud.name=login.cloud"),
            Container("b", "homecloud.aliases=login.cloud, x.y.cloud, cloud.x").At("192.168.1.22").Younger(),
            Replica("cloud", "db", 1).At("192.168.1.23").Younger(2));
        plan.Records.Keys.Should().BeEquivalentTo("login-cloud", "b", "cloud.x", "cloud-db-1", "db");
        plan.Records["login-cloud"].Attributes[RecordAttributes.Refused].Should().Be("login.cloud is reserved: it is below the web page's name");
    }

    [Fact]
    public void An_alias_counts_though_the_id_begins_with_it()
    {
        var container = Container("store");
        container = container with { Id = "db" + container.Id[2..] };
        container = container with { Endpoints = [container.Endpoints[0] with { Aliases = ["db", container.ShortId, container.Id] }] };
        Plan(container).Records.Keys.Should().BeEquivalentTo("store", "db");
    }
}
