using System.Collections.Immutable;
using System.Net;
using HomeCloud.Dns.Projection;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Dns.Projection;

/// <summary>Zone files come, change and go beside a registry that does the same: what is published depends on what both say now, not on the way there.</summary>
public sealed class LayeredNamesTests : IDisposable
{
    private static readonly DateTimeOffset Nine = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("layers-");
    private readonly ZoneCatalog _catalog = new(new ZoneOptions());
    private readonly ZoneProjection _projection;

    public LayeredNamesTests() => _projection = new ZoneProjection(_catalog);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Records_come_beside_a_container_and_go_again()
    {
        Registry(Container("nas", "192.168.1.1"));
        Types("nas").Should().Equal(RecordType.A, RecordType.Txt);

        Files("nas MX 10 nas");
        Types("nas").Should().Equal(RecordType.A, RecordType.Txt, RecordType.Mx);
        Registry();
        Types("nas").Should().Equal(RecordType.Mx);
        Registry(Container("nas", "192.168.1.2"));
        Types("nas").Should().Equal(RecordType.A, RecordType.Txt, RecordType.Mx);
        Address("nas").Should().Be("192.168.1.2");

        Files("");
        Types("nas").Should().Equal(RecordType.A, RecordType.Txt);
        Registry();
        Types("nas").Should().BeNull();
        _catalog.Names.Count.Should().Be(3, "the apex, ns and check are left");
    }

    [Fact]
    public void A_file_takes_a_container_s_name_and_gives_it_back()
    {
        Registry(Container("nas", "192.168.1.1") with { Attributes = ImmutableSortedDictionary<string, string>.Empty.Add(RecordAttributes.Host, "attic") });
        Files("nas A 192.168.1.9\nnas AAAA fd00::9");
        Address("nas").Should().Be("192.168.1.9");
        Types("nas").Should().Equal(RecordType.A, RecordType.Aaaa);
        Address("nas.attic").Should().Be("192.168.1.1", "the loser has the name of its host");

        Files("nas A 192.168.1.8");
        Address("nas").Should().Be("192.168.1.8");
        Files("nas SSHFP 1 1 aa");
        Address("nas").Should().Be("192.168.1.1");
        Types("nas").Should().Equal(RecordType.A, RecordType.Txt, (RecordType)44);
        Types("nas.attic").Should().BeNull();
    }

    [Fact]
    public void Nothing_stands_beside_an_alias_and_an_alias_of_the_file_is_one_too()
    {
        Registry(Container("nas", "192.168.1.1"), new NameRecord { Name = "music", Owner = "box", AliasOf = "nas", Since = Nine });
        Files("music MX 10 nas\nscan CNAME nas");
        Types("music").Should().Equal(RecordType.Cname);
        Types("scan").Should().Equal(RecordType.Cname);
        Files("music A 192.168.1.9\nmusic MX 10 nas");
        Types("music").Should().Equal(RecordType.A, RecordType.Mx);
    }

    [Fact]
    public void Whatever_came_before_the_same_is_published()
    {
        string[] files = ["", "nas MX 10 nas", "nas A 192.168.1.9\nnas TXT x", "nas CNAME tv", "@ TXT apex\nx.y.nas TXT deep\n_http._tcp.nas SRV 0 0 1 nas", "check TXT mine\nns A 192.168.1.3"];
        NameRecord[][] registries =
        [
            [], [Container("nas", "192.168.1.1")], [Container("nas", "192.168.1.2") with { Services = [new ServiceEndpoint("http", "tcp", 80)] }, Container("tv", "192.168.1.4")],
            [new NameRecord { Name = "nas", Owner = "box", AliasOf = "tv", Since = Nine }], [Container("nas", "192.168.1.1") with { Owner = WellKnownOwners.Static, Since = DateTimeOffset.UnixEpoch }],
        ];

        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (file, registry) = ("", Array.Empty<NameRecord>());
            for (var step = random.Next(1, 6); step > 0; step--)
            {
                if (random.Next(2) == 0)
                    Files(file = files[random.Next(files.Length)]);
                else
                    Registry(registry = registries[random.Next(registries.Length)]);
            }

            Registry(registry);
            Files(file);
            var fresh = new LayeredNamesTests();
            fresh.Registry(registry);
            fresh.Files(file);
            Everything().Should().Equal(fresh.Everything(), $"that is what both say now (seed {seed})");
            fresh.Dispose();
        }
    }

    private static NameRecord Container(string name, string address) => new() { Name = name, Owner = "box", Addresses = [IPAddress.Parse(address)], Since = Nine, Ttl = 10 };

    private void Registry(params NameRecord[] records)
    {
        var snapshot = RegistrySnapshot.Empty with { Revision = 1 };
        foreach (var record in records)
            snapshot = snapshot with { Records = snapshot.Records.SetItem(record.Key, record) };
        _projection.Apply(0, new RegistryUpdate(snapshot, default));
    }

    private void Files(string text)
    {
        var path = Path.Combine(_folder.FullName, "zone");
        File.WriteAllText(path, $"$ORIGIN home.\n{text}\n");
        File.SetLastWriteTimeUtc(path, Nine.UtcDateTime);
        var options = new ZoneFileOptions { Paths = { path } };
        options.Validate(["home.", "home.arpa."]).Should().BeEmpty();
        _projection.ApplyFiles(options.Content);
    }

    private List<string> Everything() => [.. _catalog.Names.All
        .Select(node => $"{Convert.ToHexString(node.Name)} {node.Kind} {Convert.ToHexString(node.Packed)}")
        .Concat(_catalog.ReverseZones.SelectMany(zone => zone.Names.All.Select(node => $"{Convert.ToHexString(zone.Origin)} {Convert.ToHexString(node.Name)} {Convert.ToHexString(node.Packed)}")))
        .Order(StringComparer.Ordinal)];

    private List<RecordType>? Types(string name)
    {
        if (!_catalog.Names.TryGet(DnsName.Parse(name).AsSpan()[..^1], out var node))
            return null;
        var types = new List<RecordType>();
        var packed = node.Packed;
        while (RecordSets.TryTake(ref packed, out var set))
            types.Add(set.Type);
        return types;
    }

    private string Address(string name)
    {
        _catalog.Names.TryGet(DnsName.Parse(name).AsSpan()[..^1], out var node).Should().BeTrue();
        node.TryFind(RecordType.A, out var set).Should().BeTrue();
        return new IPAddress(set.Records[^4..]).ToString();
    }
}
