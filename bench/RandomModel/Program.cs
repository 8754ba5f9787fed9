using Pipeline.RandomModel;

// Writes a model folder of a real shape with random weights, so that imports can be measured where no real weights are at hand.
if (args is not [var shape, var folder] || shape is not ("bloom-560m" or "gte-large-zh"))
{
    Console.Error.WriteLine("Usage: RandomModel bloom-560m|gte-large-zh FOLDER");
    return 2;
}

if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
{
    Console.Error.WriteLine($"{folder} is not empty. Name a new folder.");
    return 1;
}

Directory.CreateDirectory(folder);
if (shape == "bloom-560m")
{
    BloomFolder.Write(folder);
}
else
{
    BertFolder.Write(folder);
}

return 0;
