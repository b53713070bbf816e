using System.Text.RegularExpressions;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>References to images: <c>[registry[:port]/]path[:tag][@digest]</c>, as the distribution specification writes them.</summary>
public static partial class ImageName
{
    public static bool IsValid(string image) => image.Length <= 255 && Rule().IsMatch(image);

    /// <summary>Adds <c>:latest</c>, which the engine would otherwise read as "every tag" when pulling.</summary>
    public static string WithTag(string image)
    {
        var slash = image.LastIndexOf('/');
        return image.Contains('@') || image.IndexOf(':', slash + 1) >= 0 ? image : $"{image}:latest";
    }

    [GeneratedRegex(@"^([a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?\z")]
    private static partial Regex Rule();
}
