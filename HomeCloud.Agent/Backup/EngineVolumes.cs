using System.Security.Cryptography;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;

namespace HomeCloud.Agent.Backup;

/// <summary>
/// Volumes over the engine's API: copied in and out through a container that mounts one and is never started, made from an image
/// without content. It needs no access to the engine's folders, no registry, and no image of anybody else.
/// </summary>
internal sealed class EngineVolumes(EngineClient docker) : IVolumeStore
{
    private const string Repository = "homecloud/volume";
    private const string Tag = "1";
    /// <summary>Its own name stands in the archive: the owner of a folder called "." is not restored.</summary>
    private const string Inside = "/volume";
    private const string Helper = "homecloud-volume-";

    /// <summary>A tar archive ends with two blocks of zeros: this one has nothing before them.</summary>
    private static readonly byte[] EmptyTar = new byte[1024];

    private bool _hasImage;

    public async Task<IReadOnlyList<StoredVolume>> ListAsync(CancellationToken cancellationToken)
    {
        var containers = await docker.ListContainersAsync(cancellationToken);
        var running = containers.Where(container => container.State == "running").ToList();
        var list = await docker.AskAsync("GET /volumes", (d, token) => d.Volumes.ListAsync(token), cancellationToken);
        return
        [
            .. (list.Volumes ?? []).Where(volume => volume?.Name is not null).OrderBy(volume => volume.Name, StringComparer.Ordinal).Select(volume => new StoredVolume(
                volume.Name,
                (volume.Labels ?? new Dictionary<string, string>()).ToDictionary(label => label.Key, label => label.Value ?? ""),
                volume.Labels?.ContainsKey(Labels.Server) == true,
                [.. running.Where(container => container.Mounts?.Any(mount => mount.Name == volume.Name) == true).Select(container => container.ID)])),
        ];
    }

    public async Task<IAsyncDisposable> HoldAsync(IReadOnlyList<string> containers, CancellationToken cancellationToken)
    {
        var held = new Held(docker);
        try
        {
            foreach (var container in containers)
            {
                await docker.AskAsync("POST /containers/pause", (d, token) => d.Containers.PauseContainerAsync(container, token), cancellationToken);
                held.Containers.Add(container);
            }

            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    public async Task<Stream> ReadAsync(string volume, CancellationToken cancellationToken)
    {
        var container = await MountAsync(volume, isReadOnly: true, cancellationToken);
        try
        {
            var answer = await docker.AskAsync(
                "GET /containers/archive",
                (d, token) => d.Containers.GetArchiveFromContainerAsync(container, new ContainerPathStatParameters { Path = Inside }, statOnly: false, token),
                cancellationToken);
            return new HelperStream(answer.Stream ?? Stream.Null, () => UnmountAsync(container));
        }
        catch
        {
            await UnmountAsync(container);
            throw;
        }
    }

    public Task CreateAsync(StoredVolume volume, CancellationToken cancellationToken) => docker.AskAsync(
        "POST /volumes/create", (d, token) => d.Volumes.CreateAsync(new VolumesCreateParameters { Name = volume.Name, Labels = volume.Labels.ToDictionary() }, token), cancellationToken);

    public async Task WriteAsync(string volume, Stream tar, CancellationToken cancellationToken)
    {
        var container = await MountAsync(volume, isReadOnly: false, cancellationToken);
        try
        {
            await docker.AskAsync(
                "PUT /containers/archive",
                (d, token) => d.Containers.ExtractArchiveToContainerAsync(container, new CopyToContainerParameters { Path = "/" }, tar, token),
                cancellationToken,
                Timeout.InfiniteTimeSpan);
        }
        finally
        {
            await UnmountAsync(container);
        }
    }

    public Task RemoveAsync(string volume) =>
        docker.RemoveAsync("DELETE /volumes", (d, token) => d.Volumes.RemoveAsync(Uri.EscapeDataString(volume), null, token), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_hasImage)
            await QuietlyAsync(() => docker.RemoveAsync("DELETE /images", (d, token) => d.Images.DeleteImageAsync($"{Repository}:{Tag}", new ImageDeleteParameters(), token), CancellationToken.None));
        docker.Dispose();
    }

    private async Task<string> MountAsync(string volume, bool isReadOnly, CancellationToken cancellationToken)
    {
        if (!_hasImage)
        {
            await docker.AskAsync(
                "POST /images/create",
                (d, token) => d.Images.CreateImageAsync(new ImagesCreateParameters { FromSrc = "-", Repo = Repository, Tag = Tag }, new MemoryStream(EmptyTar), null, new Progress<JSONMessage>(), token),
                cancellationToken);
            _hasImage = true;
        }

        var parameters = new CreateContainerParameters
        {
            // In no list and without a name in DNS, as whatever is set aside.
            Name = AsideName.Next(Helper + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))),
            Image = $"{Repository}:{Tag}",
            Cmd = ["/never-started"],
            Labels = new Dictionary<string, string> { [Labels.Server] = "backup" },
            HostConfig = new HostConfig
            {
                NetworkMode = "none",
                Mounts = [new Mount { Type = "volume", Source = volume, Target = Inside, ReadOnly = isReadOnly, VolumeOptions = new VolumeOptions { NoCopy = true } }],
            },
        };
        return (await docker.AskAsync("POST /containers/create", (d, token) => d.Containers.CreateContainerAsync(parameters, token), cancellationToken)).ID;
    }

    private Task UnmountAsync(string container) => QuietlyAsync(() => docker.RemoveAsync(
        "DELETE /containers", (d, token) => d.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true }, token), CancellationToken.None));

    /// <summary>What is only tidied up costs nobody the backup.</summary>
    private static async Task QuietlyAsync(Func<Task> tidy)
    {
        try
        {
            await tidy();
        }
        catch (DockerException)
        {
        }
    }

    private sealed class Held(EngineClient docker) : IAsyncDisposable
    {
        public List<string> Containers { get; } = [];

        public async ValueTask DisposeAsync()
        {
            foreach (var container in Containers)
                await QuietlyAsync(() => docker.AskAsync("POST /containers/unpause", (d, token) => d.Containers.UnpauseContainerAsync(container, token), CancellationToken.None));
        }
    }

    /// <summary>Read to its end, or given up: its container goes.</summary>
    private sealed class HelperStream(Stream inner, Func<Task> end) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await end();
            await base.DisposeAsync();
        }
    }
}
