export const announcementBounds = {
  everyMs: 30_000,
  usersPerPage: 1_000,
};
