using HomeCloud.Lab.Engine;

namespace HomeCloud.Tests.Lab.Hostile;

/// <summary>An image whose labels claim what only a container that we made may say.</summary>
internal static class HostileImage
{
    public const string Name = "hostile";

    public static async Task BuildAsync(DockerEngine engine)
    {
        await engine.DockerAsync(["create", "--name", "mould", BoxImage.Name]);
        try
        {
            string[] labels =
            [
                "homecloud.server=1", "homecloud.expires=2000-01-01T00:00:00Z", $"homecloud.user=-oProxyCommand=touch {HostileContainer.Trace}",
                "homecloud.created-by=nobody", "homecloud.template=gitea",
            ];
            await engine.DockerAsync(["commit", .. labels.SelectMany(label => (string[])["--change", $"LABEL {label[..label.IndexOf('=', StringComparison.Ordinal)]}=\"{label[(label.IndexOf('=', StringComparison.Ordinal) + 1)..]}\""]), "mould", Name]);
        }
        finally
        {
            await engine.DockerAsync(["rm", "--force", "mould"]);
        }
    }
}
