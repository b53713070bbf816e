using System.Collections.Immutable;
using System.Net;
using Docker.DotNet.Models;
using FsCheck;
using FsCheck.Fluent;
using HomeCloud.Agent.Naming;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Agent.Naming;

/// <summary>Whatever labels and names hold, the plan is valid, complete and the same each time.</summary>
public class HostileContainersTests
{
    private static readonly string[] Keys =
    [
        HomeCloudLabels.Name, HomeCloudLabels.Aliases, HomeCloudLabels.Network, HomeCloudLabels.Wildcard, HomeCloudLabels.Services,
        HomeCloudLabels.ServicePrefix + "x", HomeCloudLabels.Ttl, HomeCloudLabels.ComposeProject, HomeCloudLabels.ComposeService, HomeCloudLabels.ComposeOneOff,
    ];

    [Fact]
    public void Garbage_gives_valid_names_or_warnings_and_every_container_keeps_one() => Prop.ForAll(
        Arb.From(Gen.ListOf(Container())),
        containers =>
        {
            var facts = containers.Select((container, index) => container with { Id = $"id{index:000000000000}" }).ToArray();
            var plan = Given.Plan([Given.Container("good"), .. facts]);
            plan.Records.Should().ContainKey("good");
            plan.Records.Where(record => !IsSound(record.Key, record.Value)).Should().BeEmpty();
            plan.Records.Count.Should().BeGreaterThanOrEqualTo(plan.Records.Values.Select(record => record.Attributes["container"]).Distinct().Count());
            var again = Given.Plan([.. facts.Reverse(), Given.Container("good")]).Records;
            (again.Count == plan.Records.Count && again.All(record => record.Value.Equals(plan.Records[record.Key]))).Should().BeTrue();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_inspection_with_nothing_in_it_is_no_container_or_a_harmless_one()
    {
        ContainerFactsReader.Read(new ContainerInspectResponse()).Should().BeNull();
        ContainerFactsReader.Read(new ContainerListResponse()).Should().BeNull();
        var bare = ContainerFactsReader.Read(new ContainerInspectResponse { ID = "abc" })!;
        Given.Plan(bare).Records["abc"].Explanation.Should().Be("container abc stopped (exit code 0)");
        var odd = ContainerFactsReader.Read(new ContainerInspectResponse
        {
            ID = "abc",
            Name = "/",
            State = new State { Status = "running" },
            Config = new ContainerConfig { Labels = new Dictionary<string, string> { ["homecloud.name"] = null! } },
            NetworkSettings = new NetworkSettings
            {
                Networks = new Dictionary<string, EndpointSettings>
                {
                    ["gone"] = null!,
                    ["lan"] = new() { NetworkID = "n-lan", IPAddress = "not an address", GlobalIPv6Address = "fe80::1", Aliases = [null!, ""] },
                },
                Ports = new Dictionary<string, IList<PortBinding>>
                {
                    ["80/tcp"] = null!,
                    [""] = [null!, new(), new() { HostPort = "0" }, new() { HostPort = "99999" }, new() { HostIP = "x", HostPort = "81" }],
                },
            },
        })!;
        odd.Published.Should().Equal(new PublishedPort(IPAddress.Any, 81, ""));
        Given.Plan(odd).Records["abc"].Explanation.Should().Be("container abc has no address on network 'lan' yet");
    }

    private static bool IsSound(string name, NameRecord record) =>
        NameMakerTests.IsValid(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name)
        && record.Name == name
        && record.Addresses.IsEmpty == record.Explanation is { Length: > 0 }
        && record.Attributes.Values.All(value => value.Length > 0 && !value.Any(char.IsControl))
        && RecordRules.Check(record) is null;

    private static Gen<ContainerFacts> Container() =>
        from name in NameMakerTests.AnyText().Generator
        from keys in Gen.SubListOf(Keys)
        from values in Gen.ArrayOf(NameMakerTests.AnyText().Generator, Keys.Length)
        from alias in NameMakerTests.AnyText().Generator
        from life in Gen.Elements(Enum.GetValues<ContainerLife>())
        from mode in Gen.Elements("lan", "host", "none", "container:id000000000001", "")
        from age in Gen.Choose(0, 3)
        select new ContainerFacts
        {
            Id = "",
            Name = name.Length > 0 ? name : "x",
            Created = Given.Noon.AddSeconds(age),
            Life = life,
            Since = Given.Noon,
            NetworkMode = mode,
            Labels = keys.Zip(values).ToImmutableDictionary(pair => pair.First, pair => pair.Second),
            Endpoints = [Given.On("lan", "192.168.1.77") with { Aliases = [alias] }],
        };
}
