export const teamBounds = {
  teamsOwned: 20,
  members: 200,
  defaultPage: 20,
  maxPage: 100,
  nameLength: 200,
  allowedModels: 200,
};
