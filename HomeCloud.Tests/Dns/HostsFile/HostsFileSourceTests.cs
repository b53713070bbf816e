using System.Net;
using HomeCloud.Dns.HostsFile;
using HomeCloud.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.HostsFile;

public sealed class HostsFileSourceTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hosts-file-tests-");

    private string HostsPath => Path.Combine(_directory.FullName, "hosts");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_is_followed_whether_written_in_place_or_by_renaming(bool rename)
    {
        await File.WriteAllTextAsync(HostsPath, "192.168.1.7 printer\n192.168.1.9 nas\n");
        using var source = Source(HostsPath);
        source.Start();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var updates = source.WatchAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        (await updates.MoveNextAsync()).Should().BeTrue();
        updates.Current.IsSnapshot.Should().BeTrue();
        updates.Current.Snapshot.Records.Keys.Select(key => key.Name).Should().BeEquivalentTo("printer", "nas");

        var target = rename ? HostsPath + ".new" : HostsPath;
        await File.WriteAllTextAsync(target, "192.168.1.8 printer # moved\n192.168.1.9 nas\n");
        if (rename)
            File.Move(target, HostsPath, overwrite: true);

        do
            (await updates.MoveNextAsync()).Should().BeTrue();
        while (updates.Current.Snapshot.Records.Count < 2);
        updates.Current.Snapshot.Records[new RecordKey(WellKnownOwners.HostsFile, "printer")].Addresses.Should().Equal(IPAddress.Parse("192.168.1.8"));
    }

    [Theory]
    [InlineData("target written")]
    [InlineData("target replaced")]
    [InlineData("link replaced")]
    [InlineData("folder swapped")]
    [InlineData("same size and time")]
    public void A_change_behind_links_or_without_another_size_and_time_is_noticed(string way)
    {
        string Put(string folder, string line)
        {
            var file = Path.Combine(_directory.CreateSubdirectory(folder).FullName, "names");
            File.WriteAllText(file, line);
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddDays(20_000));
            return file;
        }

        var old = Put("old", "192.168.1.7 printer");
        var next = Put("next", "192.168.1.8 printer");
        var folder = Path.Combine(_directory.FullName, "current");
        Directory.CreateSymbolicLink(folder, Path.GetDirectoryName(old)!);
        File.CreateSymbolicLink(HostsPath, Path.Combine(folder, "names"));
        using var source = Source(HostsPath);
        source.Start();
        source.Current.Records.Values.Single().Addresses.Should().Equal(IPAddress.Parse("192.168.1.7"));

        switch (way)
        {
            case "target replaced":
                File.Move(next, old, overwrite: true);
                break;
            case "link replaced":
                File.Delete(HostsPath);
                File.CreateSymbolicLink(HostsPath, next);
                break;
            case "folder swapped":
                Directory.Delete(folder);
                Directory.CreateSymbolicLink(folder, Path.GetDirectoryName(next)!);
                break;
            case "same size and time":
                Put("old", "192.168.1.8 printer");
                break;
            default:
                File.WriteAllText(old, "192.168.1.8 printer # moved");
                break;
        }

        source.Refresh();
        source.Current.Records.Values.Single().Addresses.Should().Equal(IPAddress.Parse("192.168.1.8"));
    }

    [Fact]
    public void A_file_that_goes_away_keeps_its_names()
    {
        File.WriteAllText(HostsPath, "192.168.1.7 printer");
        using var source = Source(HostsPath);
        source.Start();

        File.Delete(HostsPath);
        source.Refresh();

        source.Current.Records.Should().ContainSingle();
        source.Health.Connected.Should().BeFalse();
        source.Health.Detail.Should().Contain(HostsPath);
    }

    [Fact]
    public void A_name_in_several_files_has_all_its_addresses()
    {
        var other = HostsPath + "6";
        File.WriteAllText(HostsPath, "192.168.1.7 printer");
        File.WriteAllText(other, "fd00::7 printer");
        using var source = Source(HostsPath, other);
        source.Start();

        source.Current.Records.Values.Single().Addresses.Should().HaveCount(2);
    }

    private static HostsFileSource Source(params string[] paths) =>
        new(new HostsFileOptions { Paths = paths, PollInterval = TimeSpan.FromMilliseconds(200) }, ["home"], NullLogger<HostsFileSource>.Instance);
}
